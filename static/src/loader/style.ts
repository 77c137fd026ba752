/**
 * The looks of launcher and panel. They live in a shadow root, so that neither the customer's styles
 * reach them nor they the customer's page. `:host` carries colour, ink and side.
 */
export const style = `
:host{all:initial;position:fixed;z-index:var(--parley-z,2147483000);bottom:20px;right:20px;font:600 12px/20px system-ui,sans-serif}
:host([data-side=left]){right:auto;left:20px}
:host([hidden]){display:none}
button{all:unset;position:relative;display:grid;place-items:center;width:56px;height:56px;border-radius:50%;cursor:pointer;
  color:var(--ink);background:var(--color);box-shadow:0 1px 2px rgb(0 0 0/.2),0 8px 24px rgb(0 0 0/.2);transition:.2s}
button:hover{transform:translateY(-2px)}
button:focus-visible{outline:3px solid var(--color);outline-offset:3px;box-shadow:0 0 0 3px #fff}
svg{grid-area:1/1;width:28px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;stroke-linejoin:round;transition:.2s}
svg.down,[aria-expanded=true] svg.talk{opacity:0;transform:rotate(-30deg) scale(.6)}
[aria-expanded=true] svg.down{opacity:1;transform:none}
span{position:absolute;top:-4px;right:-4px;min-width:10px;height:20px;padding:0 5px;
  border:1px solid #fff;border-radius:11px;background:#c8281d;color:#fff;text-align:center}
span:empty{display:none}
iframe{position:fixed;bottom:92px;right:20px;width:392px;max-width:calc(100vw - 40px);
  height:min(680px,calc(100vh - 112px));border:0;border-radius:var(--parley-radius,20px);background:#fff;color-scheme:normal;
  box-shadow:0 0 0 1px rgb(0 0 0/.06),0 8px 24px rgb(0 0 0/.2);
  transition:opacity .2s,transform .2s}
:host([data-side=left]) iframe{right:auto;left:20px}
iframe[data-closed]{visibility:hidden;opacity:0;transform:translateY(12px);transition:.2s}
@media (prefers-color-scheme:dark){iframe{background:#16191a}}
@media (max-width:480px),(max-height:460px){
  :host iframe,:host([data-side=left]) iframe{inset:0;top:var(--top,0);width:100%;max-width:none;height:var(--height,100%);border-radius:0}
  [aria-expanded=true]{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{:host{display:none}}
@media (forced-colors:active){button{border:2px solid}}
`;
