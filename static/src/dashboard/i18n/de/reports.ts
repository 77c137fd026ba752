export const reports = {
  title: "Berichte",
};
