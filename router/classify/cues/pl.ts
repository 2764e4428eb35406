import type { CueTable } from './terms';

export const POLISH: CueTable = {
	language: 'pl',
	cues: {
		coding: {
			4: 'napisz funkcj* | napisz program | napisz skrypt | kod źródłowy | wyrażenie regularne | ten kod | zapytanie sql',
			3: 'programowani* | kodu | kod | baza danych | skrypt',
		},
		math: {
			4: 'rozwiąż równanie | oblicz | udowodnij',
			3: 'równani* | ile | prawdopodobieństw* | pochodn* | całk* | trójkąt* | suma',
			2: 'procent* | liczb*',
		},
		legal: {
			4: 'rodo | umowa najmu | prawo pracy | klauzul* | prawn* | odpowiedzialność',
			3: 'umow* | sąd | prawnik | ustaw*',
		},
		translation: { 4: 'przetłumacz* | tłumaczeni* | na angielski | na polski | na niemiecki' },
		summarization: { 4: 'podsumuj* | streść | streszczeni* | podsumowani* | najważniejsze punkty' },
		extraction: {
			4: 'wyodrębnij | wyciągnij | wypisz | numer faktury',
			3: 'z tekstu | z tego maila | w formacie json',
		},
		classification: {
			4: 'sklasyfikuj | zaklasyfikuj | kategori* | pozytywn* | negatywn* | czy to spam | tak lub nie | tak czy nie',
			3: 'priorytet | etykiet*',
		},
		rewriting: {
			4: 'popraw | przeredaguj | przeformułuj | skróć | gramatyk* | ortografi* | bardziej profesjonaln* | uprość',
		},
		creative: {
			4: 'wiersz* | opowiadanie | bajk* | piosenk* | slogan | żart | dowcip',
			3: 'historię | wymyśl',
		},
		business_writing: {
			4: 'napisz maila | napisz e-mail | napisz mail | napisz list | list motywacyjny | ogłoszenie o pracę | opis produktu | odpowiedz na | post na linkedin | informacj* prasow*',
			3: 'zredaguj | raport | ogłoszenie',
		},
		reasoning: { 4: 'zagadk* | logiczn* | kto kłamie', 3: 'krok po kroku | starszy niż' },
		qa: {
			4: 'jaka jest stolica | jaka jest różnica | kto wynalazł',
			3: 'co to jest | kto | kiedy | dlaczego | wyjaśnij | jak działa | czym jest | gdzie',
			2: 'co | jaki | jaka | jakie',
		},
		advice_planning: {
			4: 'czy powinienem | polec* | porad* | zaplanuj | plan podróży | zaproponuj',
			3: 'jak mogę | jak poprawić | wskazówk*',
		},
		analysis: { 4: 'przeanalizuj | analiz* | porównaj | wady i zalety | zalety i wady | oceń' },
		chitchat: {
			4: 'cześć | dzień dobry | jak się masz | kim jesteś | dziękuję | do widzenia | jak masz na imię',
			3: 'hej | dzięki',
		},
	},
	difficulty: 'udowodnij | zoptymalizuj | architektur* | szczegółow* | kompleksow* | strategi*',
	demands: 'musi | muszą | co najmniej | dokładnie | bez | tylko | oprócz | każd*',
};
