export const settings = {
  title: "Einstellungen",
  profile: "Profil",
  name: "Name",
  email: "E-Mail",
};
