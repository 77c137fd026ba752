export const knowledge = {
  title: "ナレッジ",
};
