import type { Key } from "./i18n/en.js";

/** A sign, drawn by the visitor's system, and the English words that find it. */
export interface Sign {
  sign: string;
  words: string;
}

const signsOf = (text: string): Sign[] =>
  text.split(",").map((entry) => {
    const [sign = "", ...words] = entry.trim().split(" ");
    return { sign, words: words.join(" ") };
  });

/** The first sign of each group stands for it. */
export const groups: { name: Key; signs: Sign[] }[] = [
  {
    name: "emojiFaces",
    signs: signsOf(`🙂 smile happy,😀 grin happy,😄 laugh smile happy,😁 beam grin teeth,😅 sweat relief laugh nervous,😂 joy tears laugh lol,🤣 rofl floor laugh lol,😊 blush smile pleased,
      😇 angel innocent halo,😉 wink,😍 heart eyes love,🥰 love hearts adore,😘 kiss love,😋 yum tasty delicious,😜 tongue wink silly,🤪 zany crazy silly,🤗 hug thanks,🤔 think hmm wonder,
      🤨 eyebrow doubt suspicious,😐 neutral meh,😏 smirk,🙄 eyeroll roll annoyed,😬 grimace awkward oops,😌 relieved calm,😴 sleep tired zzz,🤒 sick ill fever,🤯 mind blown wow shocked,
      🥳 party celebrate birthday,😎 cool sunglasses,🤓 nerd geek glasses,😕 confused,😟 worried,🙁 frown sad,😮 wow surprised oh,😳 flushed embarrassed,🥺 please plead beg,😢 cry sad tear,
      😭 sob cry sad,😱 scream fear shock,😤 huff angry triumph,😡 angry mad rage,🤬 swear curse angry,😈 devil evil,💀 skull dead,🤡 clown,👻 ghost boo halloween,🤖 robot bot,🫠 melt hot`),
  },
  {
    name: "emojiHands",
    signs: signsOf(`👋 wave hello hi bye,👍 thumbs up yes good like ok,👎 thumbs down no bad dislike,👌 ok okay perfect,🤌 pinched italian,✌️ peace victory two,🤞 fingers crossed luck hope,🤟 love you,
      🤙 call me hang loose,👈 left point,👉 right point,👆 up point,👇 down point,✋ hand stop high five,👏 clap bravo applause,🙌 hooray praise hands,🫶 heart hands love,🤝 handshake deal agree,
      🙏 thanks please pray,✍️ write,💪 strong muscle power,👀 eyes look see,🧠 brain mind smart,👶 baby,🧒 child kid,👩 woman,👨 man,🧑 person,👵 grandmother old,👴 grandfather old,
      🙋 raise hand question,🤷 shrug whatever dunno,🤦 facepalm,🙇 bow sorry thanks,💁 help info tip,👩‍💻 developer computer work`),
  },
  {
    name: "emojiNature",
    signs: signsOf(`🐶 dog puppy,🐱 cat kitten,🐭 mouse,🐰 rabbit bunny easter,🦊 fox,🐻 bear,🐼 panda,🐨 koala,🐯 tiger,🦁 lion,🐮 cow,🐷 pig,🐸 frog,🐵 monkey,🐔 chicken hen,🐧 penguin,🦉 owl,🐝 bee honey,
      🦋 butterfly,🐢 turtle slow,🐙 octopus,🐬 dolphin,🌵 cactus desert,🌲 tree forest,🌱 seedling plant sprout,🍀 clover luck,🌷 tulip flower,🌻 sunflower flower,🌈 rainbow,☀️ sun sunny weather,
      ⛅ cloud weather,🌧️ rain weather,❄️ snow cold winter,🔥 fire hot flame,🌊 wave sea water,⭐ star`),
  },
  {
    name: "emojiFood",
    signs: signsOf(`🍎 apple fruit,🍐 pear fruit,🍊 orange fruit,🍋 lemon fruit,🍌 banana fruit,🍉 watermelon fruit,🍇 grapes fruit,🍓 strawberry fruit,🫐 blueberries fruit,🍒 cherries fruit,🥝 kiwi fruit,
      🍅 tomato,🥑 avocado,🥦 broccoli,🥕 carrot,🌽 corn,🍞 bread,🥐 croissant breakfast,🧀 cheese,🥚 egg,🍔 burger hamburger,🍟 fries,🍕 pizza,🌮 taco,🍜 noodles ramen soup,🍣 sushi,🍦 ice cream,
      🍰 cake,🍫 chocolate,🍪 cookie biscuit,☕ coffee,🍵 tea,🥤 drink soda,🍺 beer,🍷 wine,🥂 cheers champagne toast`),
  },
  {
    name: "emojiThings",
    signs: signsOf(`💡 idea light bulb,📱 phone mobile,💻 laptop computer,⌚ watch time,📷 camera photo picture,🎧 headphones music,🎁 gift present,🎉 party tada congratulations,🎈 balloon birthday,🏆 trophy win,
      ⚽ football soccer,🏀 basketball,🎮 game,🎵 music note,🚗 car,🚲 bicycle bike,✈️ plane flight travel,🚀 rocket launch,🏠 house home,🏢 office building,📦 package parcel box,🛒 cart shopping,
      💳 card credit payment,💰 money,📧 mail email,📞 call telephone,📎 paperclip attachment,✏️ pencil write,📅 calendar date,🔑 key,🔒 lock secure,🔧 wrench repair tool,⏰ alarm clock time,
      🗑️ trash delete bin,📄 document page file,📊 chart statistics`),
  },
  {
    name: "emojiSigns",
    signs: signsOf(`❤️ heart red love,🧡 heart orange,💛 heart yellow,💚 heart green,💙 heart blue,💜 heart purple,🖤 heart black,🤍 heart white,💔 broken heart sad,💯 hundred perfect,✅ check done yes tick,
      ❌ cross no wrong,❓ question,❗ exclamation important,⚠️ warning careful,🚫 forbidden no,➕ plus add,➖ minus,♻️ recycle,✨ sparkles new shiny,💫 dizzy star,💥 boom bang,💤 sleep zzz,
      💬 speech chat message,⬆️ up arrow,⬇️ down arrow,⬅️ left arrow,➡️ right arrow,🔄 refresh again,🔍 search find,🆗 ok,🆕 new,🔝 top,🏁 finish flag,🚩 red flag,♾️ infinity forever`),
  },
];

/** The signs for which every word of the question begins one of theirs, or the name of their group in the visitor's language. */
export function findSigns(question: string, nameOf: (group: Key) => string): Sign[] {
  const asked = question.toLowerCase().split(/\s+/).filter(Boolean);
  const known = (words: string) => asked.every((word) => ` ${words}`.includes(` ${word}`));
  return groups.flatMap(({ name, signs }) => signs.filter(({ words }) => known(`${words} ${nameOf(name).toLowerCase()}`)));
}
