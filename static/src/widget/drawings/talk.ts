/* Drawings of the conversation. Each is the path of an Icon. */

export const sendLine = "M12 19V5m-6 6 6-6 6 6";
export const attachLine = "M19.5 11.6l-7.4 7.2a4.6 4.6 0 0 1-6.5-6.5l7.6-7.4a3.1 3.1 0 0 1 4.4 4.4l-7.5 7.3a1.5 1.5 0 0 1-2.2-2.2l6.8-6.6";
export const fileLine = "M13.5 4H7.5a1.5 1.5 0 0 0-1.5 1.5v13A1.5 1.5 0 0 0 7.5 20h9a1.5 1.5 0 0 0 1.5-1.5V8.5zm0 0v4.5H18";
export const removeLine = "M7 7l10 10M17 7 7 17";
export const smileLine = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zM8.8 14.2c.8 1.1 1.9 1.7 3.2 1.7s2.4-.6 3.2-1.7M9.4 9.7v.4m5.2-.4v.4";
export const moreLine =
  "M5.5 12a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zm5.9 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0zm5.9 0a.6.6 0 1 0 1.2 0 .6.6 0 1 0-1.2 0z";
export const pageLine =
  "M6.5 4h11A1.5 1.5 0 0 1 19 5.5v13a1.5 1.5 0 0 1-1.5 1.5h-11A1.5 1.5 0 0 1 5 18.5v-13A1.5 1.5 0 0 1 6.5 4zM8.5 9h7m-7 3.5h7m-7 3.5h4";
export const personLine = "M12 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM5 19.5c.7-3.3 3.5-5 7-5s6.3 1.7 7 5";
export const clockLine = "M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16zm0-12.5V12l3 2";
