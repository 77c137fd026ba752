export const contacts = {
  title: "連絡先",
};
