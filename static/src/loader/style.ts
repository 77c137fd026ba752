/** Windows in which the panel takes everything, phones above all. */
export const small = "(max-width:480px),(max-height:460px)";

/**
 * The looks of launcher and panel, in a shadow root. The customer's styles reach the host all the same, and
 * win over what is said here, unless it is important: what makes the host's box is. Properties of
 * these names that the page has for itself end here. The signs are borders, which high contrast leaves in sight.
 */
export const style = `
:host{all:initial!important;position:fixed!important;z-index:var(--parley-z,2147483000)!important;bottom:20px!important;right:var(--right)!important;left:var(--left)!important;
  --right:20px;--left:auto;--top:0;--height:100%}
:host([data-side=left]){--right:auto;--left:20px}
:host([hidden]){display:none!important}
button,dialog{all:unset;display:grid;place-items:center;box-shadow:0 0 2px rgb(0 0 0/.2),0 8px 24px rgb(0 0 0/.2)}
button{position:relative;z-index:1;width:56px;height:56px;border-radius:50%;cursor:pointer;color:var(--ink);background:var(--color)}
button:hover{translate:0 -2px}
button:focus-visible{outline:3px solid var(--color);outline-offset:3px;box-shadow:0 0 0 3px #fff}
button:before,button:after,dialog:before{content:"";grid-area:1/1;width:20px;height:20px;border:2px solid;border-radius:50%}
button:before{border-bottom-left-radius:2px}
button:after{width:11px;height:11px;margin-top:-6px;border-width:0 2px 2px 0;border-radius:0;rotate:45deg}
[aria-expanded=false]:after,[aria-expanded=true]:before{scale:0}
span{position:absolute;top:-4px;right:-4px;min-width:20px;border:1px solid #fff;border-radius:50%;background:#c8281d;color:#fff;font:600 12px/20px system-ui;text-align:center}
span:empty{display:none}
dialog{position:fixed;bottom:92px;right:var(--right);left:var(--left);width:min(392px,100vw - 40px);height:min(680px,100vh - 112px);
  overflow:hidden;border-radius:var(--parley-radius,20px);color:#888;background:#fff}
dialog[data-closed]{visibility:hidden;opacity:0;translate:0 12px}
iframe{position:absolute;width:100%;height:100%;border:0}
[data-waits] iframe{visibility:hidden}
[data-waits]:before{border-top-color:#0000}
@keyframes w{to{rotate:1turn}}
@media (prefers-color-scheme:dark){dialog{background:#16191a}}
@media ${small}{
  dialog{inset:0;top:var(--top);width:100%;height:var(--height);border-radius:0}}
@media (prefers-reduced-motion:no-preference){
  button,dialog{transition:opacity .2s,translate .2s,box-shadow .2s}
  :before,:after,dialog[data-closed]{transition:.2s}
  [data-waits]:before{animation:w 1s linear infinite}}
@media print{:host{display:none!important}}
@media (forced-colors:active){button,dialog{outline:2px solid}}
`;
