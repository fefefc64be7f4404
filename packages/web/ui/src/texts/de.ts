import type { TextKey } from "./en.js"

/** Every text of the page in German. */
export const de: Record<TextKey, string> = {
  // shell
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
  "shell.theme.auto": "wie das System",
  "shell.theme.light": "hell",
  "shell.theme.dark": "dunkel",
  "shell.rate": "{rate} Punkte/s",
  "shell.unreachable": "Server nicht erreichbar",
  "shell.disconnected": "Netz nicht erreichbar",
  "shell.notfound": "Unter dieser Adresse gibt es keine Seite.",
  "shell.failed": "Diese Seite ließ sich nicht laden. Noch einmal?",
  "shell.reload": "Neu laden",
  "shell.loading": "Lädt…",

  // home

  // explore

  // metrics

  // clients

  // configuration
}
