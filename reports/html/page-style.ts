/** The style sheet of the page. Light, dark and paper; no style attribute is used anywhere, so the policy allows none. */
import { DARK, LIGHT } from './tones.ts';
import type { ToneName } from './tones.ts';

const NAMES: readonly ToneName[] = ['pass', 'hang', 'fail', 'flaky', 'open', 'none'];

const tiles = NAMES.map(
  (name) =>
    `.tile.${name}{background:var(--${name});color:var(--on-${name})}.tile.${name}.inferred{background:var(--${name}-pale);color:var(--on-${name}-pale)}`,
).join('\n');

/** Vega writes light colours into the SVG; presentation attributes yield to any rule. */
const mapColours = NAMES.map((name) => {
  const { full, onFull, pale, onPale } = LIGHT[name];
  return `[fill="${full}"]{fill:var(--${name})}[fill="${onFull}"]{fill:var(--on-${name})}[fill="${pale}"]{fill:var(--${name}-pale)}[fill="${onPale}"]{fill:var(--on-${name}-pale)}`;
}).join('\n');

/** Charts draw with strokes as well. No selector may name a parent: rules reach into the copies of shared shapes by the shape alone. */
const chartColours = NAMES.map((name) => `[stroke="${LIGHT[name].full}"]{stroke:var(--${name})}`).join('');

function palette(colours: typeof LIGHT): string {
  return NAMES.map((name) => {
    const { full, onFull, pale, onPale } = colours[name];
    return `--${name}:${full};--on-${name}:${onFull};--${name}-pale:${pale};--on-${name}-pale:${onPale};`;
  }).join('');
}

const LIGHT_PAGE =
  '--paper:#fff;--ink:#1c2128;--soft:#59626d;--rule:#d9dde2;--edge:#868e98;--wash:#f6f7f9;--accent:#23599f;--sim:#ffd24d;--on-sim:#2b2100;';
const DARK_PAGE =
  '--paper:#14171b;--ink:#e5e8ec;--soft:#a2abb6;--rule:#353b43;--edge:#7d8691;--wash:#1c2025;--accent:#8cb6f0;--sim:#e9b824;--on-sim:#1d1600;';

export const PAGE_STYLE = `
:root{color-scheme:light dark;${LIGHT_PAGE}${palette(LIGHT)}}
@media (prefers-color-scheme:dark){:root{${DARK_PAGE}${palette(DARK)}}}
*{box-sizing:border-box}
html{scroll-padding-top:4.5rem;-webkit-text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;overflow-wrap:break-word}
main,header.top,footer{max-width:82rem;margin:0 auto;padding:0 1.5rem}
a{color:var(--accent)}
main.long>section{content-visibility:auto;contain-intrinsic-size:auto 60rem}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
.sim-banner{position:sticky;top:0;z-index:3;background:var(--sim);color:var(--on-sim);font-weight:700;padding:.5rem 1.5rem;text-align:center;border-bottom:1px solid rgb(0 0 0/.25)}
.sim{background:var(--sim);color:var(--on-sim);font-size:.68em;font-weight:700;letter-spacing:.04em;padding:.1em .45em;border-radius:3px;vertical-align:.14em;margin-right:.35em}
header.top{padding-top:1rem}
.eyebrow{margin:0;color:var(--soft)}
h1{font-size:2rem;line-height:1.2;font-weight:650;letter-spacing:-.012em;margin:.1rem 0 .4rem}
h1.bad,.state.bad{color:var(--hang)}h1.good,.state.good{color:var(--pass)}h1.warn,.state.warn{color:var(--fail)}
h2{font-size:1.25rem;font-weight:650;margin:2.6rem 0 .5rem;padding-top:.9rem;border-top:1px solid var(--rule)}
h3{font-size:.95rem;font-weight:650;margin:0}
.fold h3{font-size:.88rem;margin:.9rem 0 .25rem}
p{margin:.35rem 0}
.lead{max-width:60rem;margin:.2rem 0}.scope{color:var(--soft);font-size:.89rem}
.note{color:var(--soft);max-width:52rem}
.notice{border-left:4px solid var(--fail);background:var(--fail-pale);padding:.55rem .9rem;margin:.7rem 0;font-weight:600}
.notice.bad{border-color:var(--hang);background:var(--hang-pale)}
nav.contents ul{display:flex;flex-wrap:wrap;gap:.15rem 1.1rem;list-style:none;margin:1.1rem 0 0;padding:0}
.answers{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));grid-auto-flow:row dense;gap:0 2rem;margin:.7rem 0 0;font-size:.89rem;line-height:1.42}
.answers>div{border-top:1px solid var(--rule);padding:.45rem 0 .5rem;min-width:0}
.answers .wide{grid-column:span 2}
@media (min-width:64.01rem){.answers .next{grid-row:span 2}}
.answers .next{border-top:3px solid var(--accent)}
.answers dt{font-size:.8rem;color:var(--soft);font-weight:600}
.answers dd{margin:.05rem 0 0;overflow-wrap:anywhere}
.answers p{margin:0}
.answers ul,.plain-list{margin:0;padding:0;list-style:none}
.answers li{margin:.12rem 0}
.rest{border:0;padding:0}.rest>summary{display:none}
.command{display:inline-block;background:var(--wash);border:1px solid var(--rule);padding:.12rem .4rem;margin:.15rem 0;white-space:pre-wrap;overflow-wrap:anywhere}
.say-warn::before,.say-bad::before{content:"! ";font-weight:700;color:var(--fail)}
.say-bad::before{color:var(--hang)}
.say-good::before{content:"\\2713  ";font-weight:700;color:var(--pass)}
.chip{display:inline-block;font-size:.83rem;line-height:1.35;padding:.06rem .45rem;margin:.1rem .25rem .1rem 0;border-radius:3px;background:var(--wash);border:1px solid var(--rule)}
.chip.bad{background:var(--hang-pale);color:var(--on-hang-pale);border-color:transparent}
.chip.good{background:var(--pass-pale);color:var(--on-pass-pale);border-color:transparent}
.chip.failed{background:var(--fail-pale);color:var(--on-fail-pale);border-color:transparent}
.chip.flaky{background:var(--flaky-pale);color:var(--on-flaky-pale);border-color:transparent}
.group{font-weight:600}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-size:.85rem;font-variant-numeric:tabular-nums;margin:.4rem 0}
caption{text-align:left;color:var(--soft);padding:0 0 .35rem;font-size:.85rem}
th,td{text-align:left;vertical-align:top;padding:.24rem .8rem .24rem 0;border-bottom:1px solid var(--rule)}
thead th{font-weight:600;color:var(--soft);white-space:nowrap;vertical-align:bottom}
tbody th{font-weight:500;white-space:nowrap}
.number{text-align:right;white-space:nowrap}
td.code,.code,pre,code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.8rem}
.keep{white-space:nowrap}
.wrap-anywhere{overflow-wrap:anywhere;min-width:12rem}
table.summary td{padding:.24rem .55rem;white-space:nowrap;border-left:2px solid var(--paper)}
table.summary td a{color:inherit;text-underline-offset:.18em;text-decoration-thickness:1px;text-decoration-color:color-mix(in srgb,currentColor 35%,transparent)}
table.summary thead th{padding-left:.55rem}table.summary thead th:first-child{padding-left:0}
td.st-good{background:var(--pass-pale);color:var(--on-pass-pale)}
td.st-bad,td.st-mixed{background:var(--hang-pale);color:var(--on-hang-pale);font-weight:600}
td.st-bad{background:var(--hang);color:var(--on-hang)}
td.st-failed{background:var(--fail-pale);color:var(--on-fail-pale);font-weight:600}
td.st-flaky{background:var(--flaky-pale);color:var(--on-flaky-pale);font-weight:600}
td.st-open{background:var(--wash);color:var(--soft);font-style:italic}
.filters{display:flex;flex-wrap:wrap;align-items:flex-end;gap:.4rem .9rem;margin:1.2rem 0 0;padding:.6rem .8rem;background:var(--wash);border:1px solid var(--rule)}
.filters[hidden]{display:none}
.filters label{display:flex;flex-direction:column;font-size:.8rem;color:var(--soft);min-width:0}
.filters select,.filters input{font:inherit;font-size:.9rem;color:var(--ink);background:var(--paper);border:1px solid var(--edge);border-radius:3px;padding:.15rem .35rem;max-width:15rem;min-height:1.9rem}
button{font:inherit;font-size:.88rem;color:var(--ink);background:var(--wash);border:1px solid var(--edge);border-radius:3px;padding:.15rem .6rem;cursor:pointer;min-height:1.9rem}
button:disabled{color:var(--soft);cursor:default;border-style:dashed}
.filters p{flex-basis:100%;margin:0;font-size:.85rem;color:var(--soft)}.filters p:empty{display:none}
th button.sort{border:0;background:none;padding:0;font:inherit;color:inherit;text-align:inherit;min-height:0;text-decoration:underline dotted;text-underline-offset:.2em}
th[aria-sort=ascending] button.sort::after{content:" \\25b2"}th[aria-sort=descending] button.sort::after{content:" \\25bc"}
.pager{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center}
svg .off{opacity:.16}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.4rem;margin:.6rem 0 1rem;padding:0;list-style:none;font-size:.85rem}
.tile{display:inline-block;width:1.35rem;height:1.35rem;line-height:1.35rem;text-align:center;font-weight:700;font-size:.78rem;margin-right:.28rem;white-space:pre}
${tiles}
.maps{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,38rem),1fr));gap:1.6rem 1.6rem}
.maps.charts{grid-template-columns:repeat(auto-fill,minmax(min(100%,36rem),1fr))}
.pair{display:flex;flex-wrap:wrap;gap:.4rem 1rem;align-items:flex-start}.pair>div{flex:1 1 15rem;max-width:100%;min-width:0}.pair .note{font-size:.8rem;margin:0}
figure{margin:0;min-width:0}
figcaption{margin-bottom:.3rem}
.peek{font-size:.82rem;line-height:1.3rem;height:1.3rem;margin:0;color:var(--soft);white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
svg.heat{display:block;font-family:system-ui,sans-serif;max-width:none}
svg.heat text{fill:var(--soft)}
svg.heat use{pointer-events:none}svg.heat a use{pointer-events:auto}svg.heat a{cursor:pointer}
svg.heat a:hover use,svg.heat a:focus use{stroke:var(--ink);stroke-width:2px}
svg.heat a:focus{outline:none}svg.heat a.chosen use{stroke:var(--accent);stroke-width:3px}
svg.defs{position:absolute}
svg.chart{display:block;font-family:system-ui,sans-serif;max-width:none}
svg.chart text{fill:var(--soft)}[stroke="#d9dde1"]{stroke:var(--rule)}[stroke="#3d444d"]{stroke:var(--soft)}
svg.chart a{cursor:pointer}svg.chart a:focus-visible path{stroke:var(--accent);stroke-width:4px}
${chartColours}
${mapColours}
details{border-bottom:1px solid var(--rule);padding:.3rem 0}
summary{cursor:pointer;padding:.15rem 0}
details.bad>summary{font-size:.92rem}
.fold{margin:.4rem 0 .9rem 1.9rem}
pre{background:var(--wash);border:1px solid var(--rule);padding:.6rem .75rem;margin:.25rem 0;overflow:auto;max-height:24rem;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere}
dl.facts{display:grid;grid-template-columns:max-content 1fr;gap:.1rem 1rem;margin:.3rem 0;font-size:.88rem}
dl.facts dt{color:var(--soft)}dl.facts dd{margin:0;overflow-wrap:anywhere;min-width:0}
#panel{position:fixed;z-index:4;right:1rem;bottom:1rem;width:min(30rem,calc(100vw - 2rem));max-height:min(70vh,44rem);overflow:auto;background:var(--paper);border:1px solid var(--rule);border-top:3px solid var(--accent);box-shadow:0 6px 28px rgb(0 0 0/.22);padding:.8rem 1rem 1rem;font-size:.9rem}
#panel[hidden]{display:none}
#panel .fold{margin-left:0}#panel tbody th{white-space:normal;overflow-wrap:anywhere;min-width:6rem}
#panel .bar{display:flex;justify-content:space-between;align-items:flex-start;gap:1rem;position:sticky;top:-.8rem;background:var(--paper);padding:.5rem 0 .3rem;margin-top:-.8rem}
footer{color:var(--soft);font-size:.83rem;margin-top:3rem;padding-bottom:2rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (max-width:64rem){.answers{grid-template-columns:repeat(2,minmax(0,1fr))}}
@media (max-width:40rem){
header.top{padding-top:.6rem}.answers{display:block;margin-top:.4rem}.answers>div{padding:.35rem 0}.lead{display:none}.rest>summary{display:block;color:var(--accent);font-size:.83rem;padding:.1rem 0}
body{font-size:15px}main,header.top,footer{padding-left:1rem;padding-right:1rem}
h1{font-size:1.55rem}.sim-banner{padding:.4rem .8rem;font-size:.88rem}
.fold{margin-left:0}tbody th{position:sticky;left:0;background:var(--paper)}caption{max-width:calc(100vw - 2rem);white-space:normal}dl.facts{grid-template-columns:1fr}dl.facts dd{margin-bottom:.25rem}
#panel{right:0;left:0;bottom:0;width:auto;max-height:60vh}
}
@media print{
:root{${LIGHT_PAGE}${palette(LIGHT)}}
main.long>section{content-visibility:visible}
html{font-size:11px}body{font-size:8.2pt}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
.sim-banner{position:static;border:2pt solid #000}
#panel,nav.contents,.peek,.filters,.pager{display:none!important}
main,header.top,footer{max-width:none;padding:0}
.scroll,pre{overflow:visible;max-height:none}
svg.heat,svg.chart{max-width:100%;height:auto}
figure,tr,details.bad>summary{break-inside:avoid}h2,h3,caption,thead{break-after:avoid}tbody tr:first-child{break-before:avoid}
tbody th,.code{overflow-wrap:anywhere;white-space:normal}caption{break-inside:avoid}table.summary :is(td,th){white-space:normal;padding:.15rem .4rem}p:has(>.program){display:none}
.maps{grid-template-columns:1fr}
details::details-content{content-visibility:visible;block-size:auto}
}
`;
