export const settings = {
  title: "الإعدادات",
  profile: "الملف الشخصي",
  name: "الاسم",
  email: "البريد",
};
