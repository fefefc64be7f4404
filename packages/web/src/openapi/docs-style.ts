/** Looks of the page that describes the API: the colours of the page, in a file of its own as inline styles are not allowed. */
export const docsStyle = `:root {
  color-scheme: light dark;
  --bg: light-dark(#f6f7f9, #12161b);
  --panel: light-dark(#ffffff, #191f26);
  --line: light-dark(#e3e6ea, #28303a);
  --text: light-dark(#1c2127, #e6eaee);
  --muted: light-dark(#5d6772, #9aa5b1);
  --accent: light-dark(#0a736e, #3fb8b0);
  --read: light-dark(#0a736e, #3fb8b0);
  --change: light-dark(#95600f, #d9a441);
  --remove: light-dark(#c0392b, #e57368);
}
* { box-sizing: border-box; margin: 0; }
html { scroll-padding-top: 60px; }
body {
  display: grid; grid-template-columns: 290px minmax(0, 1fr); min-height: 100dvh;
  font: 13px/1.5 Inter, system-ui, "Liberation Sans", sans-serif; color: var(--text); background: var(--bg);
}
a { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; border-radius: 4px; }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: 12px; }
.skip { position: fixed; top: 6px; left: 6px; z-index: 2; padding: 6px 10px; background: var(--panel); transform: translateY(-60px); }
.skip:focus { transform: none; }
nav { position: sticky; top: 0; max-height: 100dvh; overflow: auto; padding: 14px; background: var(--panel); border-right: 1px solid var(--line); }
nav .home { display: block; margin-bottom: 10px; font-size: 15px; font-weight: 650; color: var(--text); text-decoration: none; }
nav ul { list-style: none; padding: 0; }
nav > ul > li > a { display: block; padding: 8px 0 2px; font-weight: 600; color: var(--text); text-decoration: none; text-transform: capitalize; }
nav li li a { display: flex; gap: 8px; padding: 2px 4px; color: var(--muted); text-decoration: none; border-radius: 4px; font: 11px/1.6 ui-monospace, "DejaVu Sans Mono", monospace; }
nav li li a span { overflow-wrap: anywhere; min-width: 0; }
nav a:hover { color: var(--accent); }
main { max-width: 860px; width: 100%; padding: 22px 28px 80px; }
h1 { font-size: 20px; font-weight: 650; margin-bottom: 6px; }
h2 { font-size: 16px; font-weight: 650; margin: 30px 0 4px; text-transform: capitalize; }
h3 { font-size: 13px; font-weight: 500; }
h4 { font-size: 12px; font-weight: 600; color: var(--muted); margin: 14px 0 4px; }
h4 code { font-weight: 400; }
main > p, section > p { color: var(--muted); margin-bottom: 6px; }
details { margin: 8px 0; background: var(--panel); border: 1px solid var(--line); border-radius: 8px; }
details[open] { padding-bottom: 14px; }
details > :not(summary) { margin-left: 14px; margin-right: 14px; }
summary { padding: 8px 14px; cursor: pointer; border-radius: 8px; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary h3 { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: baseline; }
summary h3 code { font-weight: 600; overflow-wrap: anywhere; }
summary h3 span { color: var(--muted); }
.method { flex: none; width: 48px; font: 700 11px/1.6 ui-monospace, "DejaVu Sans Mono", monospace; color: var(--change); }
.method.get { color: var(--read); }
.method.delete { color: var(--remove); }
.needs { color: var(--muted); margin-top: 4px; }
.type { margin: 16px 0 4px; font-weight: 600; }
pre { overflow: auto; padding: 10px 12px; border: 1px solid var(--line); border-radius: 6px; background: var(--bg); }
table { width: calc(100% - 28px); border-collapse: collapse; }
th, td { padding: 5px 10px 5px 0; text-align: left; vertical-align: top; border-top: 1px solid var(--line); overflow-wrap: anywhere; }
th { width: 20%; font-weight: 600; }
td:last-child { color: var(--muted); }
@media (max-width: 760px) {
  body { display: block; }
  nav { position: static; max-height: none; border-right: 0; border-bottom: 1px solid var(--line); }
  nav ul ul { display: none; }
  nav > ul { display: flex; flex-wrap: wrap; gap: 0 14px; }
  main { padding: 16px 14px 60px; }
}
`
