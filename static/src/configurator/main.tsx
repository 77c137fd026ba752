import { render } from "preact";
import { Configurator } from "./Configurator.js";
import "./configurator.css";

const { siteKey = "", publicUrl = location.origin } = document.body.dataset;
render(<Configurator siteKey={siteKey} origin={publicUrl} />, document.body);
