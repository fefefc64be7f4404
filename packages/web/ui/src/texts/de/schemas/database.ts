/** German for what the schema of databases says, by the English. */
export const database: Readonly<Record<string, string>> = {
  "a database: which metrics are stored, and for how long":
    "eine Datenbank: welche Metriken gespeichert werden, und wie lange",
  "metrics by the names they are stored under": "Metriken nach den Namen, unter denen sie gespeichert werden",
  "length of the shortest rows: nanoseconds, or a duration": "Länge der kürzesten Zeilen: Nanosekunden oder eine Dauer",
  "length of the longest rows at most: nanoseconds, or a duration":
    "Länge der längsten Zeilen höchstens: Nanosekunden oder eine Dauer",
  "rows of a level are so much longer than those below":
    "so viel länger sind die Zeilen einer Stufe als die der darunter",
  'how far back from its time a value holds at most: a duration, or "forever"':
    'wie weit vor seiner Zeit ein Wert höchstens gilt: eine Dauer oder "forever"',
  "in place of the one for everything": "statt der für alles",
  'how long points are kept: a duration such as "90d", or "forever"':
    'wie lange Punkte bleiben: eine Dauer wie "90d" oder "forever"',
  "what is kept of points that are given up: rows at least so fine, and how long":
    "was von aufgegebenen Punkten bleibt: mindestens so feine Zeilen, und wie lange",
  '"R": answer requests, but store nothing new': '"R": Anfragen beantworten, aber nichts Neues speichern',
  "the metric that comes over the network, if it is stored under another name":
    "die Metrik, die über das Netz kommt, wenn sie unter anderem Namen gespeichert wird",
  "the entry is for all metrics whose names begin with its name and a dot":
    "der Eintrag gilt für alle Metriken, deren Namen mit seinem Namen und einem Punkt beginnen",
  "metrics stored by their names; of several patterns the first that matches counts":
    "Metriken, die nach ihren Namen gespeichert werden; von mehreren Mustern zählt das erste passende",
  "glob on the components of a name (* within one, ** across), or /regular expression/":
    "Glob über die Teile eines Namens (* innerhalb, ** darüber hinweg) oder /regulärer Ausdruck/",
  "names that are left to later patterns, or not stored":
    "Namen, die späteren Mustern bleiben oder nicht gespeichert werden",
  "distance of points, in place of what their metadata says": "Abstand der Punkte, statt dem aus ihren Metadaten",
  "how long points and rows are kept; default: forever": "wie lange Punkte und Zeilen bleiben; Vorgabe: forever",
  "bounds of history requests": "Grenzen von Verlaufsanfragen",
  "most points or rows of an answer": "höchstens so viele Punkte oder Zeilen je Antwort",
  "longest answer": "längste Antwort",
  "how long a request may take": "wie lange eine Anfrage dauern darf",
  "requests worked on at once": "so viele Anfragen werden gleichzeitig bearbeitet",
  "requests that wait for that; more are refused": "so viele Anfragen warten darauf; weitere werden abgelehnt",
  "most metrics stored by patterns; new names beyond that are not stored":
    "höchstens so viele Metriken nach Mustern; neue Namen darüber hinaus werden nicht gespeichert",
  "answer as metricq-db-hta does, with its quirks": "antworten wie metricq-db-hta, mit dessen Eigenheiten",
  "metrics of the database itself; false: none": "Metriken der Datenbank selbst; false: keine",
  "what the names of the own metrics begin with; default: the token and a dot":
    "womit die Namen der eigenen Metriken beginnen; Vorgabe: das Token und ein Punkt",
  "points a second, in Hz": "Punkte pro Sekunde, in Hz",
  "what is logged": "was ins Log kommt",
  "accepted; NaN is stored, as a gap": "erlaubt; NaN wird gespeichert, als Lücke",
  "log that infinite values were refused": "ins Log schreiben, dass unendliche Werte abgelehnt wurden",
  "accepted; late points are stored": "erlaubt; verspätete Punkte werden gespeichert",
  'accepted for documents of metricq-db-hta ("file")': 'erlaubt wegen Dokumenten von metricq-db-hta ("file")',
  "accepted; where data is kept is said where the database is started":
    "erlaubt; wo die Daten liegen, wird beim Start der Datenbank gesagt",
  "accepted; has no meaning": "erlaubt; ohne Bedeutung",
}
