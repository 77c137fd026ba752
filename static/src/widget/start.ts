import "./css/start.css";

export { Form } from "./Form.js";
export { Help, Reader } from "./Help.js";
export { Home } from "./Home.js";
