export const reports = {
  title: "レポート",
};
