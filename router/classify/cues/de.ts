import type { CueTable } from './terms';

export const GERMAN: CueTable = {
	language: 'de',
	cues: {
		coding: {
			4: 'schreibe eine funktion | schreib eine funktion | schreibe ein programm | schreibe ein skript | quellcode | programmiere | regulären ausdruck | regulärer ausdruck | dieser code | diesen code | den code | sql-abfrage | fehlermeldung im code | excel-formel',
			3: 'programm* | funktion, die | datenbank | schnittstelle | softwareentwick* | codebasis | kompilier* | skript',
			2: 'funktion | entwickler | fehlermeldung | implementier* | abfrage | webseite',
		},
		math: {
			4: 'löse die gleichung | berechne die | ableitung von | beweise, dass | beweise dass | wahrscheinlichkeit | nullstelle*',
			3: 'berechne* | berechnen | gleichung* | wie viele | ableitung | integral | dreieck | quadrat* | wurzel | summe der | flächeninhalt | durchmesser | primzahl* | standardabweichung | teilbar',
			2: 'wie viel | wieviel | prozent | rechne | beweis | beweise | zahl | zahlen | zinsen | umfang | winkel | durchschnitt',
		},
		legal: {
			4: 'dsgvo | haftung | haftungsausschluss | mietvertrag | arbeitsrecht | kündigungsfrist | datenschutzerklärung | agb | geheimhaltungsvereinbarung | rechtlich* | rechtslage | klausel* | bgb',
			3: 'vertrag* | kläger | beklagte* | anwalt | gericht | urteil | gesetz* | recht | juristisch* | abmahnung | widerruf* | schadensersatz | datenschutz',
			2: 'paragraph | paragraf | vermieter | mieter | haftet | gültig | frist | kündigung',
		},
		translation: {
			4: 'übersetz* | ins englische | ins deutsche | ins französische | ins spanische | ins italienische | auf englisch | auf deutsch | auf französisch | auf spanisch | auf italienisch | ins niederländische | ins polnische',
			3: 'wie sagt man | wie heißt auf',
		},
		summarization: {
			4: 'fasse zusammen | zusammenfass* | fasse | fass | zusammenfassung | in stichpunkten zusammen | kurzfassung | die wichtigsten punkte | kernaussagen',
			3: 'wesentlichen punkte | protokoll | kernpunkte | zusammen | im überblick | kurz und knapp | wichtigsten aussagen',
			2: 'in einem satz | in zwei sätzen | in drei sätzen | stichpunkte*',
		},
		extraction: {
			4: 'extrahier* | lies aus | entnimm | herausfiltern | rechnungsnummer | auslesen | zieh alle | gib die felder | finde alle',
			3: 'aus der e-mail | aus dem text | aus der mail | aus dem dokument | aus der rechnung | kundennummer | bestellnummer | als json | im json-format | welche namen | nenne alle | liste alle | suche alle | felder',
			2: 'rechnungsbetrag | rechnungsdatum | betrag | datum | rechnung | adresse*',
		},
		classification: {
			4: 'klassifizier* | kategorisier* | ordne | einordnen | stimmung | positiv oder negativ | in eine der kategorien | in welche kategorie | spam oder | ja oder nein | welche abteilung | priorität',
			3: 'kategorie* | spam | einstufen | sentiment | dringend | beschwerde oder | handelt es sich | entscheide, ob | bewerte, ob | prüfe, ob | zuständig',
			2: 'ist diese | ist das eine | thema | ob es sich | bewertung',
		},
		rewriting: {
			4: 'formuliere um | umformulier* | umschreiben | schreibe um | korrigier* | rechtschreib* | grammatik | kürze | kürzer | verbessere den text | verbessere diesen | professioneller | freundlicher | höflicher | formeller | überarbeite | lektorier* | vereinfache den text | in einfacher sprache | einfachere sprache | besser klingen',
			3: 'formuliere | umschreib* | vereinfache | tonfall | tippfehler | stilistisch | umformuliert | verständlicher | sachlicher | mach daraus',
			2: 'verbessere | ton | stil | prägnant*',
		},
		creative: {
			4: 'gedicht* | kurzgeschichte | schreibe eine geschichte | märchen | songtext | slogan* | witz | reim* | liedtext | rollenspiel | erzähl* eine geschichte | gute-nacht-geschichte | drehbuch',
			3: 'geschichte über | roman | fantasie | erzähle | figur | werbespruch | ballade | stell dir vor | dialog',
			2: 'geschichte | lustig* | kreativ* | lied',
		},
		business_writing: {
			4: 'schreibe eine e-mail | schreib eine e-mail | schreibe eine mail | schreib eine mail | verfasse eine | antworte auf | entwirf eine antwort | formuliere eine antwort | anschreiben | bewerbung* | stellenanzeige | stellenausschreibung | pressemitteilung | produktbeschreibung | newsletter | linkedin-post | linkedin-beitrag | blogbeitrag | blogartikel | kündigungsschreiben | geschäftsbrief | angebotsschreiben | werbetext | einladung | antwortschreiben | e-mail an',
			3: 'verfasse | entwirf | brief | beitrag | antwort an | bericht | schreiben an | rede | aufsatz | anzeige | mahnung | rundmail | post für',
			2: 'e-mail | mail | entwurf | artikel | marketing | kunde* | kundin | schreibe',
		},
		reasoning: {
			4: 'rätsel | logikrätsel | schlussfolger* | logisch* | was folgt daraus | wer lügt | sagt die wahrheit',
			3: 'begründe | schritt für schritt | älter als | jünger als | größer als | folgt daraus | prämisse* | warum muss',
			2: 'angenommen | wenn | schluss | folgerung',
		},
		qa: {
			4: 'was ist der unterschied | hauptstadt von | wer hat erfunden | erkläre mir | erkläre, | wer war',
			3: 'was ist | was sind | wer ist | wann | wo liegt | warum | erkläre | erklär | wie funktioniert | was bedeutet | was versteht man | weshalb | welche | welcher | welches | unterschied zwischen',
			2: 'was | wer | wo | wie | beschreibe | nenne | definiere | gibt es | wieso',
		},
		advice_planning: {
			4: 'soll ich | sollte ich | was soll | empfiehl* | empfehlung* | reiseplan | trainingsplan | ernährungsplan | tipps | ratschlag | ratschläge | lernplan | projektplan | maßnahmenplan | plane | erstelle einen plan | was würdest du',
			3: 'wie kann ich | wie könnte ich | vorschläge | schlage | vorschlag | strategie* | plan | ideen für | ideen | checkliste | am besten | empfehlen | rate mir | worauf sollte | zeitplan',
			2: 'wie | planung | urlaub | budget | schritte | hilf mir | geschenk',
		},
		analysis: {
			4: 'analysier* | vor- und nachteile | vergleiche | bewerte die | stärken und schwächen | werte aus | interpretier* | auswertung | ursachenanalyse | analyse',
			3: 'vergleich* | beurteile | bewerte | trends | diskutier* | auswirkungen | untersuche | vorteile | nachteile | gegenüber',
			2: 'entwicklung | daten | zahlen | umsatz | kritisch | quartal* | auffällig*',
		},
		chitchat: {
			4: "wie geht es dir | wie geht's | wer bist du | wie heißt du | bist du ein | guten morgen | guten tag | guten abend | dankeschön | was kannst du | danke dir | vielen dank | schönen tag | mir ist langweilig | erzähl mir einen witz | auf wiedersehen | tschüss",
			3: 'hallo | danke | moin | servus | bist du | magst du | hast du | dein name | bis später | alles klar | na du | grüß gott',
			2: 'du | dein | deine | dir | dich',
		},
	},
	difficulty:
		'beweise* | herleit* | optimier* | architektur | skalierbar* | umfassend* | ausführlich* | detailliert* | gründlich* | abwäg* | kritisch | mehrstufig* | randfälle | strategisch* | rechtlich* | komplex* | auswirkungen | entwirf',
	demands:
		'muss | müssen | darf nicht | soll | sollen | mindestens | höchstens | genau | ohne | nur | außer | achte darauf | stelle sicher | nicht mehr als | zwischen | inklusive | vermeide | außerdem | zusätzlich | jede* | format | sowie',
};
