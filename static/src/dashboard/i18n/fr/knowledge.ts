export const knowledge = {
  title: "Connaissances",
};
