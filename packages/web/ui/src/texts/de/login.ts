import type { login as texts } from "../en/login.js"

export const login: Record<keyof typeof texts, string> = {
  "login.title": "Anmelden",
  "login.ended": "Die Sitzung ist zu Ende. Nach dem Anmelden ist alles wie zuvor.",
  "login.name": "Name",
  "login.password": "Passwort",
  "login.show": "Zeigen",
  "login.hide": "Verbergen",
  "login.do": "Anmelden",
  "login.doing": "Meldet an…",
  "login.wrong": "Name oder Passwort ist falsch.",
  "login.wait": "Zu viele falsche Passwörter. In {seconds} s geht es weiter.",
  "login.forgotten": "Vergessen? Ein neues setzt die Administration: metricq users password NAME",
  "login.retry": "Noch einmal versuchen",
  "login.out": "Abmelden",
  "login.role.viewer": "Lesezugriff",
  "login.role.operator": "Betrieb",
  "login.role.administrator": "Administration",
  "identity.needs.viewer": "Nur für Angemeldete.",
  "identity.needs.operator": "Das dürfen nur Betrieb und Administration.",
  "identity.needs.administrator": "Das darf nur die Administration.",
}
