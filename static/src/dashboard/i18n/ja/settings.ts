export const settings = {
  title: "設定",
  profile: "プロフィール",
  name: "名前",
  email: "メール",
};
