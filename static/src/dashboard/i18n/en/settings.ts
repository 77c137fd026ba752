export const settings = {
  title: "Settings",
  profile: "Profile",
  name: "Name",
  email: "E-mail",
};
