/* Drawings of what can be done with a conversation. Each is the path of an Icon. */

export const bellLine = "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.2 1.5H4.8zM10 20.5h4";
export const soundLine = "M5 10v4h3l4.5 4V6L8 10zm10.5-1.5a5 5 0 0 1 0 7m2.3-9.3a8 8 0 0 1 0 11.6";
export const mailLine =
  "M5.5 6h13A1.5 1.5 0 0 1 20 7.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 16.5v-9A1.5 1.5 0 0 1 5.5 6zm-1 1.5 7.5 5.5 7.5-5.5";
export const windowLine = "M13 5h6v6m0-6-8 8M10 6H6.5A1.5 1.5 0 0 0 5 7.5v10A1.5 1.5 0 0 0 6.5 19h10a1.5 1.5 0 0 0 1.5-1.5V14";
