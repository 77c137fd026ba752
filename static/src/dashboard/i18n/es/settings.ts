export const settings = {
  title: "Ajustes",
  profile: "Perfil",
  name: "Nombre",
  email: "Correo",
};
