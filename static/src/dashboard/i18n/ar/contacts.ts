export const contacts = {
  title: "جهات الاتصال",
};
