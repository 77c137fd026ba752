export const knowledge = {
  title: "المعرفة",
};
