import type { shell as texts } from "../en/shell.js"

export const shell: Record<keyof typeof texts, string> = {
  "nav.label": "Seiten",
  "nav.home": "Start",
  "nav.explore": "Erkunden",
  "nav.metrics": "Metriken",
  "nav.clients": "Clients",
  "nav.configuration": "Konfiguration",
  "nav.menu": "Menü",
  "shell.skip": "Zum Inhalt",
  "shell.language": "Sprache",
  "shell.theme": "Farben",
  "shell.theme.auto": "auto",
  "shell.theme.light": "hell",
  "shell.theme.dark": "dunkel",
  "shell.api": "HTTP-API",
  "shell.rate": "{rate} Punkte/s",
  "shell.unreachable": "Server nicht erreichbar",
  "shell.disconnected": "Netz nicht erreichbar",
  "shell.notfound": "Unter dieser Adresse gibt es keine Seite.",
  "shell.failed": "Diese Seite ließ sich nicht laden. Noch einmal?",
  "shell.reload": "Neu laden",
  "shell.loading": "Lädt…",

  copy: "Kopieren",
  "copy.done": "Kopiert",
  cancel: "Abbrechen",
}
