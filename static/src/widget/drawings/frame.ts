/* Drawings that more than one part of the frame shows. Each is the path of an Icon. */

export const closeLine = "M6 9.5l6 6 6-6";
export const backLine = "M14.5 6l-6 6 6 6";
export const talkLine = "M4 11.5c0-4.1 3.6-7 8-7s8 2.9 8 7-3.6 7-8 7c-1 0-2-.2-2.9-.5L4.5 19.5l1.2-3.4A6.7 6.7 0 0 1 4 11.5z";
export const sparkLine = "M12 4c.6 4.5 3.5 7.4 8 8-4.5.6-7.4 3.5-8 8-.6-4.5-3.5-7.4-8-8 4.5-.6 7.4-3.5 8-8z";
export const searchLine = "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zm5-2 4 4";
export const tickLine = "M6 12.5l4 4 8-9";
