/**
 * The looks of launcher and panel. They live in a shadow root, so that neither the customer's styles
 * reach them nor they the customer's page. `:host` carries colour, ink and side.
 */
export const style = `
:host{all:initial;position:fixed;z-index:2147483000;inset-block-end:20px;right:20px;display:block;
  --ease:cubic-bezier(.2,.8,.2,1);font:600 12px/20px -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,Arial,sans-serif}
:host([data-side=left]){right:auto;left:20px}
button{all:unset;box-sizing:border-box;position:relative;display:grid;place-items:center;width:56px;height:56px;
  border-radius:50%;cursor:pointer;color:var(--ink);background:var(--color);-webkit-tap-highlight-color:transparent;
  box-shadow:0 1px 2px rgb(0 0 0/.16),0 8px 24px rgb(0 0 0/.18);
  transition:transform .25s var(--ease),box-shadow .25s var(--ease)}
button:hover{transform:translateY(-2px);box-shadow:0 2px 4px rgb(0 0 0/.16),0 12px 28px rgb(0 0 0/.24)}
button:active{transform:scale(.96)}
button:focus-visible{outline:3px solid var(--color);outline-offset:3px;box-shadow:0 0 0 3px #fff}
svg{grid-area:1/1;width:28px;height:28px;fill:none;stroke:currentColor;stroke-width:1.9;stroke-linecap:round;
  stroke-linejoin:round;transition:opacity .2s,transform .3s var(--ease)}
svg.down,[aria-expanded=true] svg.talk{opacity:0;transform:rotate(-30deg) scale(.6)}
[aria-expanded=true] svg.down{opacity:1;transform:none}
span{position:absolute;top:-4px;inset-inline-end:-4px;box-sizing:border-box;min-width:22px;height:22px;padding:0 6px;
  border:1px solid #fff;border-radius:11px;background:#c8281d;color:#fff;text-align:center}
span:empty{display:none}
iframe{position:fixed;inset-block-end:92px;right:20px;box-sizing:border-box;width:392px;max-width:calc(100vw - 40px);
  height:min(680px,calc(100vh - 112px));border:0;border-radius:20px;background:#fff;color-scheme:normal;
  box-shadow:0 0 0 1px rgb(0 0 0/.06),0 4px 12px rgb(0 0 0/.08),0 24px 64px rgb(0 0 0/.22);
  transform-origin:100% 100%;transition:opacity .2s,transform .3s var(--ease),visibility 0s}
:host([data-side=left]) iframe{right:auto;left:20px;transform-origin:0 100%}
iframe[data-closed]{visibility:hidden;opacity:0;transform:translateY(12px) scale(.97);transition-delay:0s,0s,.2s}
@media (prefers-color-scheme:dark){iframe{background:#16191a}}
@media (max-width:480px),(max-height:460px){
  iframe,:host([data-side=left]) iframe{inset:0;width:100%;max-width:none;height:100%;border-radius:0}
  [aria-expanded=true]{visibility:hidden}}
@media (prefers-reduced-motion:reduce){*{transition:none!important}}
@media print{:host{display:none}}
@media (forced-colors:active){button{border:2px solid ButtonText}}
`;
