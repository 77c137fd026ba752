export const knowledge = {
  title: "Wissen",
};
