/** Slack's light theme: its measures and colours, with fonts that every machine has. */
export const style = `
body { margin: 0; padding: 16px 24px 32px; background: #fff; color: #1d1c1d; font: 15px/1.4667 Lato, "Noto Sans", "DejaVu Sans", Arial, sans-serif; }
section { max-width: 720px; margin: 0 0 36px; }
h1 { font-size: 12px; font-weight: 700; letter-spacing: .06em; text-transform: uppercase; color: #616061; margin: 0 0 8px; padding-bottom: 6px; border-bottom: 1px solid #e8e8e8; }
article { display: flex; gap: 8px; }
.face { flex: 0 0 36px; height: 36px; border-radius: 6px; background: #0b6e4f; color: #fff; font-weight: 900; font-size: 20px; line-height: 36px; text-align: center; }
.body { flex: 1; min-width: 0; }
.by { margin: 0 0 2px; } .by b { font-weight: 900; } .app { background: #e8e8e8; color: #616061; border-radius: 2px; font-size: 10px; font-weight: 700; padding: 1px 3px; vertical-align: 2px; } time { color: #616061; font-size: 12px; margin-left: 4px; }
h2 { font-size: 18px; line-height: 1.33; font-weight: 900; margin: 8px 0; overflow-wrap: anywhere; }
.rich { margin: 6px 0; overflow-wrap: anywhere; } .rich p { margin: 0; }
blockquote { margin: 4px 0; padding: 0 0 0 12px; border-left: 4px solid #ddd; }
ul { margin: 0; padding-left: 26px; } li { margin: 1px 0; }
code { background: rgba(29,28,29,.04); border: 1px solid rgba(29,28,29,.13); border-radius: 3px; color: #c01343; font: 12px/1.5 "DejaVu Sans Mono", Menlo, monospace; padding: 1px 3px; }
pre { background: rgba(29,28,29,.04); border: 1px solid rgba(29,28,29,.13); border-radius: 4px; font: 12px/1.5 "DejaVu Sans Mono", Menlo, monospace; margin: 4px 0; padding: 8px; white-space: pre-wrap; }
.fields { display: grid; grid-template-columns: 1fr 1fr; gap: 8px 16px; margin: 8px 0; overflow-wrap: anywhere; }
.context { color: #616061; font-size: 13px; margin: 8px 0; overflow-wrap: anywhere; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 12px 0 8px; }
button { font: 700 13px/1 inherit; font-family: inherit; height: 32px; padding: 0 12px; border-radius: 4px; border: 1px solid rgba(29,28,29,.3); background: #fff; color: #1d1c1d; }
button.primary { background: #007a5a; border-color: #007a5a; color: #fff; } button.danger { background: #e01e5a; border-color: #e01e5a; color: #fff; }
.mention { background: #e8f5fa; color: #1264a3; border-radius: 3px; padding: 0 2px; } a { color: #1264a3; }
`;
