/* Drawings of what a visitor meets first. Each is the path of an Icon. */

export const onwardLine = "M9.5 6l6 6-6 6";
export const penLine = "M5 19l.8-3.8L16.5 4.5l3 3L8.8 18.2zM14.5 6.5l3 3";
