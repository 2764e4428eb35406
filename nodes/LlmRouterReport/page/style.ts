import { Html } from './html';

/** Colours meet WCAG AA on their grounds; the series are told apart by colour-blind readers (Okabe and Ito's, darkened or lightened). */
export const STYLE = new Html(`
:root{color-scheme:light dark;--ground:#fff;--card:#f7f7f9;--ink:#1c1d21;--ink-soft:#565861;--line:#dcdde3;--good:#0a7250;--bad:#b3261e;
--c1:#0067a8;--c2:#c75300;--c3:#00805c;--c4:#a63d7e;--c5:#8a6d00;--c6:#3f7ea6;--c7:#7a7c85}
@media (prefers-color-scheme:dark){:root{--ground:#16171a;--card:#202227;--ink:#f0f0f3;--ink-soft:#b4b6bf;--line:#3a3c44;--good:#4cc79b;--bad:#ff9a92;
--c1:#57b4ee;--c2:#f2954a;--c3:#35c596;--c4:#e08bbd;--c5:#d8b93c;--c6:#9ad0f0;--c7:#9a9ca5}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:1360px;margin:0 auto;padding:24px 16px 48px}
h1{font-size:1.6rem;line-height:1.25;margin:0}
h2{font-size:1.05rem;margin:0 0 8px}
p{margin:4px 0}
.soft{color:var(--ink-soft)}
.bad{color:var(--bad);font-weight:650}
.notice{border-left:4px solid var(--c2);padding:8px 12px;background:var(--card);margin:16px 0}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:12px;margin:20px 0;padding:0}
.figures>div{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:12px 14px}
.figures dt{color:var(--ink-soft);font-size:.85rem}
.figures dd{margin:0;font-size:1.55rem;font-weight:650;line-height:1.25;font-variant-numeric:tabular-nums}
.figures dd.note{font-size:.85rem;font-weight:400;color:var(--ink-soft)}
.grid{display:grid;grid-template-columns:minmax(0,1fr);gap:16px}
section{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:16px;min-width:0}
svg{display:block;width:100%;height:auto}
svg.wide{display:none}
.legend{display:flex;flex-wrap:wrap;gap:4px 16px;list-style:none;margin:0 0 8px;padding:0;font-size:.85rem;color:var(--ink-soft)}
.legend i{display:inline-block;width:.75em;height:.75em;border-radius:2px;margin-right:6px}
table{width:100%;border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
caption{text-align:left;color:var(--ink-soft);padding-bottom:4px}
th,td{text-align:right;padding:5px 0 5px 10px;border-bottom:1px solid var(--line);vertical-align:top}
th:first-child,td:first-child{text-align:left;padding-left:0}
td,thead th{white-space:nowrap}
td.words,th.words{text-align:left}
td.words{white-space:normal;min-width:6em}
tbody th{min-width:6em}
thead th{color:var(--ink-soft);font-weight:500}
tbody th{font-weight:500}
details{margin-top:10px;font-size:.9rem}
summary{cursor:pointer;color:var(--ink-soft)}
.scroll{overflow-x:auto}
.bar{height:6px;border-radius:3px;background:var(--line);overflow:hidden;min-width:60px;margin:6px 0 2px}
.bar i{display:block;height:100%;background:var(--good)}
.bar i.full{background:var(--bad)}
@media (min-width:560px){svg.wide{display:block}svg.narrow{display:none}}
@media (min-width:960px){.grid{grid-template-columns:repeat(2,minmax(0,1fr))}.full{grid-column:1/-1}}
@media (min-width:1900px){main{max-width:1800px;font-size:1.1rem}}
@media print{:root{color-scheme:light;--ground:#fff;--card:#fff;--ink:#000;--ink-soft:#444;--line:#ccc;--good:#0a7250;--bad:#b3261e;
--c1:#0067a8;--c2:#c75300;--c3:#00805c;--c4:#a63d7e;--c5:#8a6d00;--c6:#3f7ea6;--c7:#7a7c85}
@page{size:A4;margin:12mm}
body{font-size:10px;-webkit-print-color-adjust:exact;print-color-adjust:exact}
main{padding:0;max-width:none}.grid{grid-template-columns:repeat(2,minmax(0,1fr));gap:8px}.full{grid-column:1/-1}
section{padding:8px;break-inside:avoid}.figures{grid-template-columns:repeat(6,1fr);gap:6px;margin:8px 0}.figures dd{font-size:1.2rem}
svg.wide{display:block}svg.narrow{display:none}details{display:none}th,td{padding:2px 0 2px 6px}}
`);
