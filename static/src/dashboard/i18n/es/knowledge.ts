export const knowledge = {
  title: "Conocimiento",
};
