import { useState } from "preact/hooks";
import { initialOf } from "./format.js";
import { sparkLine, talkLine } from "./drawings/frame.js";
import { Icon } from "./icons.js";

/** Who is shown: a name, perhaps a picture, or the assistant. */
export interface Face {
  name: string;
  avatar?: string | null | undefined;
  assistant?: boolean | undefined;
}

/** A face: the picture where there is one and it loads, else the initial. It says nothing by itself. */
export function Avatar({ name, avatar, assistant, online }: Face & { online?: boolean }) {
  const [broken, setBroken] = useState("");
  const drawn = avatar && avatar !== broken && /^(https?:\/\/|\/(?!\/))/.test(avatar);
  return (
    <span class="avatar" aria-hidden="true">
      {drawn ? (
        <img src={avatar} alt="" referrerpolicy="no-referrer" onError={() => setBroken(avatar)} />
      ) : assistant ? (
        <Icon line={sparkLine} />
      ) : (
        initialOf(name) || <Icon line={talkLine} />
      )}
      {online !== undefined && <i class={online ? "light on" : "light"} />}
    </span>
  );
}

/** Several faces, each a little over the one before. */
export const Faces = ({ faces }: { faces: readonly Face[] }) => (
  <span class="faces" aria-hidden="true">
    {faces.slice(0, 3).map((face) => (
      <Avatar key={face.name} {...face} />
    ))}
  </span>
);
