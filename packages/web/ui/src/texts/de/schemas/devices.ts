/** German for what the schemas of sources for devices say, by the English: BACnet, IPMI, Modbus, SNMP. */
export const devices: Readonly<Record<string, string>> = {
  "BACnet/IP devices: values of their objects, under the names the devices give":
    "BACnet/IP-Geräte: Werte ihrer Objekte, unter den Namen der Geräte",
  "BACnet/IP devices: values of their objects, under names of your own":
    "BACnet/IP-Geräte: Werte ihrer Objekte, unter eigenen Namen",
  'own address, with prefix for broadcasts: "192.0.2.9/24"': 'eigene Adresse, mit Präfix für Rundrufe: "192.0.2.9/24"',
  'own address: "192.0.2.9", or with prefix for broadcasts':
    'eigene Adresse: "192.0.2.9", oder mit Präfix für Rundrufe',
  "own device instance, that nobody else in the network has": "eigene Gerätenummer, die sonst niemand im Netz hat",
  "name of the own device; not used": "Name des eigenen Geräts; unbenutzt",
  "how often a device is asked who it is before it counts as gone for now; three at most are useful":
    "so oft wird ein Gerät gefragt, wer es ist, bevor es vorerst als fort gilt; mehr als dreimal bringt nichts",
  "NaN is sent once there has been no value for six intervals": "nach sechs Intervallen ohne Wert wird NaN gesendet",
  "the devices, by their addresses": "die Geräte, nach ihren Adressen",
  "the devices": "die Geräte",
  'such as "192.0.2.40"': 'etwa "192.0.2.40"',
  "template of the metrics' names: $objectName, $deviceName":
    "Vorlage für die Namen der Metriken: $objectName, $deviceName",
  "template of the descriptions: also $objectDescription, $deviceDescription":
    "Vorlage für die Beschreibungen: auch $objectDescription, $deviceDescription",
  "objects with a request; default: what the device can answer":
    "Objekte je Anfrage; Vorgabe: was das Gerät beantworten kann",
  "instance of the device, for one that does not tell it": "Nummer des Geräts, für eines, das sie nicht nennt",
  "default: that of the source; goes before nanAtTimeout": "Vorgabe: wie bei der Quelle; geht nanAtTimeout vor",
  'a subscription ends after this time unless renewed; default "5min"':
    'ein Abonnement endet nach dieser Zeit, wenn es nicht erneuert wird; Vorgabe "5min"',
  "each notification is acknowledged; default false": "jede Meldung wird bestätigt; Vorgabe false",
  'such as "analogInput"': 'etwa "analogInput"',
  'such as "1,4-9"': 'etwa "1,4-9"',
  "template; default: that of the device": "Vorlage; Vorgabe: wie beim Gerät",
  "default: that of the device": "Vorgabe: wie beim Gerät",
  "default: that of the device; goes before nanAtTimeout": "Vorgabe: wie beim Gerät; geht nanAtTimeout vor",
  "names of objects and devices that are replaced": "Namen von Objekten und Geräten, die ersetzt werden",
  "parts of names that are replaced": "Teile von Namen, die ersetzt werden",
  "parts of descriptions that are replaced": "Teile von Beschreibungen, die ersetzt werden",
  "types of objects that the discovery lists, beside those that are configured":
    "Arten von Objekten, die die Suche auflistet, neben den eingestellten",
  "longest wait for an answer": "so lange wird höchstens auf eine Antwort gewartet",
  "how often a request without an answer is sent again": "so oft wird eine unbeantwortete Anfrage wiederholt",
  "devices tell of changes on their own, where they can; polling goes on. Default: no":
    "Geräte melden Änderungen von sich aus, wo sie es können; gefragt wird weiterhin. Vorgabe: nein",
  "take part in the broadcasts of another network: register there as foreign device":
    "an den Rundrufen eines anderen Netzes teilnehmen: dort als fremdes Gerät anmelden",
  'the registration ends after this time unless renewed; default "5min"':
    'die Anmeldung endet nach dieser Zeit, wenn sie nicht erneuert wird; Vorgabe "5min"',
  'the object, such as "analogValue:190"': 'das Objekt, etwa "analogValue:190"',

  "BMCs by IPMI: sensors, power by DCMI, raw commands": "BMCs über IPMI: Sensoren, Leistung über DCMI, rohe Befehle",
  "groups of BMCs that have the same sensors, user and password":
    "Gruppen von BMCs mit denselben Sensoren, Benutzer und Passwort",
  'addresses of BMCs, with a port where needed: "bmc[01-16].example", "10.0.0.[1-9]:9623"':
    'Adressen von BMCs, wo nötig mit Port: "bmc[01-16].example", "10.0.0.[1-9]:9623"',
  "key of the BMCs, where they have one": "Schlüssel der BMCs, wenn sie einen haben",
  "read all sensors each time, and not only those that are needed":
    "jedes Mal alle Sensoren lesen, nicht nur die nötigen",
  "further ones, before those of the source": "weitere, vor denen der Quelle",
  "name of the sensor; with a plugin, names of the sensors it needs":
    "Name des Sensors; mit einem Plugin die Namen der Sensoren, die es braucht",
  "makes the value of the sensors: hyc_tenant, power_supply, or one of the operator's":
    "macht aus den Sensoren den Wert: hyc_tenant, power_supply oder eines des Betreibers",
  "instead of a sensor: what the BMC tells of the power by DCMI, in W":
    "statt eines Sensors: was der BMC über DCMI zur Leistung sagt, in W",
  "instead of a sensor: a command, its bytes as for ipmitool raw; the operator must allow it":
    "statt eines Sensors: ein Befehl, seine Bytes wie bei ipmitool raw; der Betreiber muss ihn erlauben",
  "which bytes of the answer to a raw command are the value":
    "welche Bytes der Antwort auf einen rohen Befehl der Wert sind",
  "a program is ended after this time; default: three intervals, at least 10 s":
    "nach dieser Zeit wird ein Programm beendet; Vorgabe: drei Intervalle, mindestens 10 s",
  "the same for the first reading of a BMC, which may have to fetch its list of sensors":
    "dasselbe für das erste Lesen eines BMC, bei dem vielleicht die Liste der Sensoren geholt wird",
  "pauses before a BMC that fails is tried again; the last one holds from then on":
    "Pausen, bevor ein ausgefallener BMC wieder versucht wird; die letzte gilt von da an",
  "time between two log lines on how many BMCs answer":
    "Zeit zwischen zwei Logzeilen darüber, wie viele BMCs antworten",
  "program that reads sensors": "Programm, das Sensoren liest",
  "program that reads the power by DCMI": "Programm, das die Leistung über DCMI liest",
  "program that sends raw commands": "Programm, das rohe Befehle sendet",
  'parameters of the program, such as {"--driver-type": "LAN_2_0", "-l": "USER"}; null: without value':
    'Parameter des Programms, etwa {"--driver-type": "LAN_2_0", "-l": "USER"}; null: ohne Wert',

  "devices with Modbus TCP: meters, power distribution units, building automation":
    "Geräte mit Modbus TCP: Zähler, Stromverteiler, Gebäudetechnik",
  "groups of devices that have the same metrics": "Gruppen von Geräten mit denselben Metriken",
  'addresses, "pdu[1-4]"': 'Adressen, "pdu[1-4]"',
  "first parts of the metrics' names, one for each host or unit":
    "erste Teile der Namen der Metriken, einer je Host oder Unit",
  "unit, or the units of a gateway, one for each name": "Unit, oder die Units eines Gateways, eine je Name",
  "put before the descriptions of the metrics; $name is a text of strings":
    "steht vor den Beschreibungen der Metriken; $name ist ein Text aus strings",
  "further descriptions, one for each name": "weitere Beschreibungen, eine je Name",
  "texts that are read from the device for descriptions": "Texte, die für Beschreibungen vom Gerät gelesen werden",
  bytes: "Bytes",
  "kind of registers, or its function code 1 to 4; default: input":
    "Art der Register oder ihr Funktionscode 1 bis 4; Vorgabe: input",
  "metrics that are read together": "Metriken, die zusammen gelesen werden",
  "read twice an interval, and drop what is the same as before":
    "zweimal je Intervall lesen und weglassen, was gleich geblieben ist",
  "of the first register, from 0": "des ersten Registers, ab 0",
  "default: float32; of coils and discrete inputs: bool": "Vorgabe: float32; bei Coils und Discrete Inputs: bool",
  "little: the least significant register comes first; default: big":
    "little: das niederwertigste Register kommt zuerst; Vorgabe: big",
  "little: the bytes of each register are swapped; default: big":
    "little: die Bytes jedes Registers sind vertauscht; Vorgabe: big",
  "bytes of a string": "Bytes eines Texts",
  "only this bit of an integer, from 0, the least significant":
    "nur dieses Bit einer ganzen Zahl, ab 0, dem niederwertigsten",
  "bits that what is left by mask is shifted down; default 0":
    "um so viele Bits wird nach unten geschoben, was mask übrig lässt; Vorgabe 0",
  'numbers for what is read, such as {"on": 1, "3": 0}': 'Zahlen für das Gelesene, etwa {"on": 1, "3": 0}',
  "longest wait for a connection, and for an answer; default 1 s":
    "so lange wird höchstens auf Verbindung und Antwort gewartet; Vorgabe 1 s",
  "between an answer and the next request; default 0": "zwischen Antwort und nächster Anfrage; Vorgabe 0",
  "between connecting and the first request; default 0": "zwischen Verbinden und erster Anfrage; Vorgabe 0",
  "longest pause after failures in a row; default 10 s": "längste Pause nach Fehlern in Folge; Vorgabe 10 s",
  "how often a device is asked again that is busy; default 3":
    "so oft wird ein beschäftigtes Gerät wieder gefragt; Vorgabe 3",
  "before it is asked again; default 100 ms": "bevor es wieder gefragt wird; Vorgabe 100 ms",
  "keep no connection open between rounds; default false":
    "zwischen den Runden keine Verbindung offen halten; Vorgabe false",
  "registers a request at most; default 125": "höchstens so viele Register je Anfrage; Vorgabe 125",
  "registers nobody wants that are read along between two that are wanted; default: as many as fit":
    "so viele ungenutzte Register werden zwischen zwei gewünschten mitgelesen; Vorgabe: was hineinpasst",

  "power distribution units, switches, UPSs: everything that speaks SNMP 1, 2c or 3":
    "Stromverteiler, Switches, USVs: alles, was SNMP 1, 2c oder 3 spricht",
  "community of hosts that have none of their own; not for version 3":
    "Community der Hosts ohne eigene; nicht für Version 3",
  "collections and tables of hosts without objects": "Sammlungen und Tabellen der Hosts ohne objects",
  "keys of objects and hosts that are copied into the metadata, such as unit, room":
    "Schlüssel von Objekten und Hosts, die in die Metadaten kommen, etwa unit, room",
  "objects by OID, in collections": "Objekte nach OID, in Sammlungen",
  "last part of the metric's name; in tables with {name} or {index}":
    "letzter Teil des Namens der Metrik; in Tabellen mit {name} oder {index}",
  "put behind the description of the host": "steht hinter der Beschreibung des Hosts",
  "the sign of the value is dropped": "das Vorzeichen des Werts entfällt",
  "the value is a counter: send how fast it grows, per second":
    "der Wert ist ein Zähler: gesendet wird sein Wachstum pro Sekunde",
  "tables, whose rows are looked up on the host": "Tabellen, deren Zeilen beim Host nachgesehen werden",
  "column whose value names a row in {name}; default: the index":
    "Spalte, deren Wert in {name} die Zeile nennt; Vorgabe: der Index",
  "only rows whose name matches": "nur Zeilen, deren Name passt",
  "what is read of each row, by the OID of the column": "was von jeder Zeile gelesen wird, nach der OID der Spalte",
  "the hosts by their address, with a port where needed; hostlists":
    "die Hosts nach ihrer Adresse, wo nötig mit Port; auch Hostlisten",
  "middle part of the metrics' names; a hostlist where the host is one":
    "mittlerer Teil der Namen der Metriken; eine Hostliste, wo der Host eine ist",
  "put before the descriptions of the objects": "steht vor den Beschreibungen der Objekte",
  "where it is; default: the key of the host": "wo er ist; Vorgabe: der Schlüssel des Hosts",
  "default: default_community": "Vorgabe: default_community",
  "default: default_interval": "Vorgabe: default_interval",
  "collections and tables; default: default_object_collections":
    "Sammlungen und Tabellen; Vorgabe: default_object_collections",
  'version of SNMP; default "2c"': 'Version von SNMP; Vorgabe "2c"',
  "UDP port; default 161": "UDP-Port; Vorgabe 161",
  "a request without an answer is repeated, or fails, after this time; default 1 s":
    "nach dieser Zeit wird eine unbeantwortete Anfrage wiederholt oder scheitert; Vorgabe 1 s",
  "how often a request is repeated; default 3": "so oft wird eine Anfrage wiederholt; Vorgabe 3",
  "objects a request asks for at most; default 60": "höchstens so viele Objekte je Anfrage; Vorgabe 60",
  "for version 3: the user": "für Version 3: der Benutzer",
  "for version 3: how requests are signed": "für Version 3: wie Anfragen signiert werden",
  "for version 3: how requests are encrypted": "für Version 3: wie Anfragen verschlüsselt werden",
  "aes256r is that of Cisco": "aes256r ist das von Cisco",
  "for version 3: the context": "für Version 3: der Kontext",
  "accepted for old documents: one process asks all hosts":
    "wegen alter Dokumente erlaubt: ein Prozess fragt alle Hosts",
}
