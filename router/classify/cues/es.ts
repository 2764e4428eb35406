import type { CueTable } from './terms';

export const SPANISH: CueTable = {
	language: 'es',
	cues: {
		coding: {
			4: 'escribe una función | escribe un programa | escribe un script | código fuente | expresión regular | consulta sql | este código | el código | fórmula de excel',
			3: 'programa en | programación | función que | base de datos | depura* | código | desarrollador',
			2: 'función | implementa* | consulta | script',
		},
		math: {
			4: 'resuelve la ecuación | calcula la | calcula el | demuestra que | derivada de',
			3: 'calcula* | ecuación | ecuaciones | cuántos | cuántas | probabilidad | derivada | integral | triángulo | raíz cuadrada | suma de | área de | perímetro | resuelve',
			2: 'cuánto | porcentaje | interés | número | números | promedio',
		},
		legal: {
			4: 'rgpd | derecho laboral | cláusula* | contrato de trabajo | contrato de alquiler | términos y condiciones | legal* | jurídic* | acuerdo de confidencialidad | responsabilidad civil',
			3: 'contrato* | abogado | tribunal | ley | demandante | demanda judicial | despido | derecho | litigio | normativa',
			2: 'inquilino | arrendador | rescisión',
		},
		translation: {
			4: 'traduc* | traduzca | al inglés | al español | al alemán | al francés | al italiano | al portugués | en inglés',
			3: 'cómo se dice',
		},
		summarization: {
			4: 'resum* | síntesis | sintetiza | puntos clave | los puntos principales | en pocas frases | resumen',
			3: 'en breve | ideas principales | lo más importante | recapitul*',
			2: 'en una frase | en dos frases | en tres frases | brevemente',
		},
		extraction: {
			4: 'extrae* | extraer | número de factura | saca los | identifica todos | encuentra todos',
			3: 'del texto | del siguiente texto | de este correo | del correo | de la factura | en formato json | en json | lista todos | enumera todos | número de pedido | importe total | los campos',
			2: 'fecha de vencimiento | importe | factura | datos de contacto',
		},
		classification: {
			4: 'clasifi* | categoriza* | positivo o negativo | positiva o negativa | sentimiento* | spam o | sí o no | qué categoría | en una de las | qué departamento',
			3: 'categoría* | etiqueta* | prioridad | urgente* | determina si | indica si | se trata de | spam',
			2: 'es este | tema | queja',
		},
		rewriting: {
			4: 'reescrib* | reformula* | corrige* | corregir | ortografía | gramática | mejora este texto | mejora el texto | más corto | acorta* | más profesional | más formal | más amable | más sencillo | simplifica* | parafrase*',
			3: 'mejora | tono | más claro | errores | estilo | redacción de',
			2: 'edita | haz que',
		},
		creative: {
			4: 'poema* | escribe una historia | un cuento | cuento | haiku | canción | eslogan | chiste* | juego de rol | guion | rima* | relato',
			3: 'historia sobre | cuenta una | novela | imagina | personaje* | diálogo | ficción',
			2: 'historia | creativ*',
		},
		business_writing: {
			4: 'escribe un correo | redacta* | redactar | carta de presentación | oferta de empleo | oferta de trabajo | descripción de producto | descripción del producto | nota de prensa | comunicado | entrada de blog | publicación de linkedin | publicación para | responde a este | responde al cliente | carta de renuncia | boletín | escribe un email | anuncio de',
			3: 'carta | discurso | correo electrónico | anuncio | informe | invitación | publicidad | borrador | respuesta a',
			2: 'correo | email | artículo | cliente* | marketing | empresa',
		},
		reasoning: {
			4: 'acertijo* | adivinanza | lógic* | rompecabezas | dice la verdad | quién miente | deduce | premisa*',
			3: 'razonamiento | paso a paso | conclusión | mayor que | más alto que | menor que',
			2: 'supón | supongamos | si | entonces',
		},
		qa: {
			4: 'cuál es la capital | cuál es la diferencia | quién inventó | explícame | qué significa | quién fue',
			3: 'qué es | qué son | cuál es | cuáles son | explica* | por qué | cómo funciona | quién es | define | dónde está | en qué año | cuándo',
			2: 'qué | quién | cuál | cómo | describe | dónde',
		},
		advice_planning: {
			4: 'debería | debo | qué hago | consejo* | recomiend* | recomendaci* | itinerario | plan de acción | plan de entrenamiento | planifica* | ideas de regalo | aconseja* | plan de estudio',
			3: 'cómo puedo | propón | sugiere* | sugerencia* | mejor manera | estrategia* | trucos | cómo mejorar | ideas | lista de verificación',
			2: 'plan | pasos | viaje | presupuesto | ayúdame',
		},
		analysis: {
			4: 'analiz* | análisis | ventajas y desventajas | pros y contras | compara* | evalúa* | interpreta* | fortalezas y debilidades',
			3: 'comparación | tendencias | discute | implicaciones | impacto | examina | crítica',
			2: 'datos | ventajas | desventajas | ingresos | trimestre',
		},
		chitchat: {
			4: 'cómo estás | quién eres | qué tal | cómo te llamas | buenos días | buenas tardes | buenas noches | eres un | muchas gracias | estoy aburrid* | cuéntame un chiste | adiós | cuál es tu nombre | hasta luego',
			3: 'hola | gracias | eres | te gusta | tienes',
			2: 'tú | tu',
		},
	},
	difficulty:
		'demuestra | demostrar | optimiza* | arquitectura | complet* | detallad* | exhaustiv* | riguros* | estratégic* | complej* | jurídic* | implicaciones | profund*',
	demands:
		'debe | deben | al menos | como máximo | exactamente | sin | solo | solamente | únicamente | excepto | asegúrate | no más de | entre | evita | así como | cada | formato | además | incluye',
};
