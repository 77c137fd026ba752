export const reports = {
  title: "التقارير",
};
