export const settings = {
  title: "Réglages",
  profile: "Profil",
  name: "Nom",
  email: "E-mail",
};
