import type { CueTable } from './cueTable';

/** A basis for four more languages: the outright words of each task. */
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

export const RUSSIAN: CueTable = {
	language: 'ru',
	cues: {
		coding: {
			4: 'напиши функцию | напишите функцию | напиши программу | напиши скрипт | исходный код | регулярное выражение | этот код | sql-запрос | напиши код',
			3: 'программ* | код | кода | базы данных | скрипт*',
			2: 'функци* | ошибк*',
		},
		math: {
			4: 'реши уравнение | решите уравнение | вычисли* | докажи* | найдите значение',
			3: 'уравнени* | сколько | вероятност* | производн* | интеграл* | треугольник* | посчитай | рассчитай',
			2: 'процент* | числ* | сумма',
		},
		legal: {
			4: 'договор* | юридическ* | трудовой кодекс | гк рф | исков*',
			3: 'закон* | суд | адвокат | ответственност*',
		},
		translation: { 4: 'переведи* | перевод | на английский | на русский | на немецкий | с английского' },
		summarization: {
			4: 'кратко изложи* | резюмируй | обобщи | краткое содержание | перескажи* | подведи итог* | саммари | суммируй',
		},
		extraction: {
			4: 'извлеки* | выпиши | найди все | номер счета',
			3: 'из текста | из письма | в формате json',
		},
		classification: {
			4: 'классифицируй* | определи категорию | категори* | тональность | позитивн* | негативн* | спам или | да или нет',
			3: 'приоритет | определи, является',
		},
		rewriting: {
			4: 'перепиши* | перефразируй* | исправь | сократи | грамматик* | орфографи* | упрости | улучши текст | отредактируй',
		},
		creative: {
			4: 'стих* | рассказ | сказк* | песн* | слоган* | шутк* | анекдот | придумай историю',
			3: 'придумай | истори* | четверостишь* | диалог',
		},
		business_writing: {
			4: 'напиши письмо | напишите письмо | составь письмо | ответь на письмо | сопроводительное письмо | вакансия | описание товара | пресс-релиз | напиши статью | напиши пост | эссе',
			3: 'письмо | отчет | статью | доклад',
		},
		reasoning: { 4: 'загадк* | головоломк* | логическ* | кто лжет', 3: 'рассуждени* | по шагам | старше' },
		qa: {
			4: 'какая столица | в чем разница | кто изобрел',
			3: 'что такое | кто такой | почему | объясни* | как работает | когда | где | расскажи о',
			2: 'что | кто | какой | какая | какие | как',
		},
		advice_planning: {
			4: 'посоветуй* | порекомендуй* | стоит ли | составь план | совет* | маршрут',
			3: 'как мне | как улучшить | предложи* | что делать',
		},
		analysis: {
			4: 'проанализируй* | анализ* | сравни* | плюсы и минусы | оцени* | достоинства и недостатки',
		},
		chitchat: {
			4: 'привет | как дела | кто ты | ты кто | здравствуй* | спасибо | до свидания | как тебя зовут | добрый день',
			3: 'ты | пока',
		},
	},
	difficulty: 'докажи* | оптимизир* | архитектур* | подробн* | сложн* | детальн*',
	demands:
		'должен | должна | должны | не менее | не более | ровно | без | только | кроме | кажд* | обязательно',
};

export const CHINESE: CueTable = {
	language: 'zh',
	cues: {
		coding: {
			4: '写一个函数 | 写一段代码 | 写代码 | 这段代码 | 编写程序 | 编写一个 | 正则表达式 | 源代码 | 的代码',
			3: '代码 | 编程 | 程序 | 数据库 | 脚本 | 算法',
			2: '函数 | 报错 | 接口',
		},
		math: {
			4: '解方程 | 证明 | 求导 | 计算',
			3: '方程 | 多少 | 概率 | 积分 | 三角形 | 平方根 | 求解 | 等差数列 | 面积 | 矩阵',
			2: '几个 | 百分 | 平均',
		},
		legal: { 4: '合同 | 法律 | 劳动法 | 诉讼 | 违约 | 条款', 3: '律师 | 法院 | 赔偿 | 侵权 | 责任' },
		translation: { 4: '翻译 | 翻譯 | 译成 | 译为' },
		summarization: { 4: '总结 | 概括 | 摘要 | 總結 | 归纳', 3: '要点 | 简要' },
		extraction: { 4: '提取 | 抽取 | 找出 | 列出所有', 3: '从文中 | 以json | 根据上文 | 根据文章' },
		classification: {
			4: '分类 | 分類 | 情感 | 正面还是负面 | 积极还是消极 | 属于哪 | 判断以下',
			3: '是否 | 类别 | 标签 | 判断',
		},
		rewriting: {
			4: '改写 | 润色 | 修改 | 重写 | 缩写 | 简化 | 纠正 | 批改 | 改得',
			3: '语法 | 更正式 | 更专业 | 优化这',
		},
		creative: {
			4: '写一首诗 | 写一个故事 | 讲个故事 | 小说 | 写首诗 | 诗歌 | 歌词 | 剧本 | 广告语 | 口号 | 笑话 | 扮演',
			3: '故事 | 诗 | 对话 | 想象 | 创作 | 角色',
		},
		business_writing: {
			4: '写一封 | 写封 | 邮件 | 求职信 | 产品描述 | 新闻稿 | 回复客户 | 招聘 | 文案 | 演讲稿 | 作文 | 写一篇',
			3: '报告 | 文章 | 信函 | 通知 | 简历',
		},
		reasoning: {
			4: '推理 | 逻辑 | 谜语 | 谁在说谎 | 说真话 | 说了真话',
			3: '结论 | 假设 | 推断 | 前提 | 推出',
		},
		qa: {
			4: '什么是 | 解释一下 | 有什么区别 | 首都',
			3: '为什么 | 是什么 | 解释 | 介绍 | 谁 | 哪个 | 哪些 | 什么时候 | 哪里 | 原理',
			2: '什么 | 怎么 | 如何 | 哪',
		},
		advice_planning: {
			4: '建议 | 推荐 | 应该怎么 | 计划 | 攻略 | 怎么办',
			3: '如何提高 | 方案 | 规划 | 步骤 | 安排',
		},
		analysis: { 4: '分析 | 比较 | 优缺点 | 评价 | 对比 | 评估', 3: '影响 | 趋势' },
		chitchat: { 4: '你好 | 你是谁 | 谢谢 | 再见 | 你叫什么 | 早上好 | 您好', 3: '你喜欢 | 哈哈 | 聊天' },
	},
	difficulty: '证明 | 优化 | 架构 | 详细 | 深入 | 复杂 | 推导 | 全面',
	demands: '必须 | 至少 | 最多 | 不要 | 不得 | 只 | 每个 | 并且 | 要求 | 确保 | 以及',
};

export const JAPANESE: CueTable = {
	language: 'ja',
	cues: {
		coding: {
			4: '関数を書 | コードを書 | プログラムを書 | このコード | 正規表現 | ソースコード | スクリプトを',
			3: 'コード | プログラム | 関数 | データベース | 実装 | アルゴリズム',
			2: 'エラー | クエリ',
		},
		math: {
			4: '方程式 | 証明 | 計算して | 確率 | 微分 | 積分',
			3: '計算 | いくつ | いくら | 三角形 | 面積 | 何個 | 何人',
			2: '合計 | 平均 | 割合',
		},
		legal: { 4: '契約書 | 法律 | 労働法 | 訴訟 | 条項 | 利用規約', 3: '契約 | 弁護士 | 裁判 | 賠償' },
		translation: { 4: '翻訳 | 英訳 | 和訳 | 英語に | 日本語に | 中国語に' },
		summarization: { 4: '要約 | まとめて | 要点 | 三行で', 3: '概要 | まとめ | 簡潔に' },
		extraction: { 4: '抽出 | 抜き出 | 取り出', 3: '文章から | メールから | 請求書番号 | json形式' },
		classification: {
			4: '分類 | カテゴリ | 感情分析 | ポジティブ | ネガティブ | はいかいいえ',
			3: '判定 | ラベル | 優先度',
		},
		rewriting: {
			4: '書き換え | 書き直 | 添削 | 校正 | 推敲 | 言い換え | 敬語に',
			3: '丁寧に | 短くして | 修正して | 自然な',
		},
		creative: {
			4: '物語 | 小説 | 俳句 | 詩を | 歌詞 | キャッチコピー | 脚本 | 童話 | ロールプレイ',
			3: '想像 | キャラクター | ストーリー | セリフ | 冗談',
		},
		business_writing: {
			4: 'メールを書 | メールを作成 | 返信を | 返信文 | 求人 | 商品説明 | プレスリリース | 志望動機 | ブログ記事 | 手紙を | 議事録',
			3: 'メール | 報告書 | 記事 | 案内文 | お礼状',
		},
		reasoning: { 4: '推理 | 論理 | なぞなぞ | パズル | 嘘をついて', 3: '理由を | 結論 | 前提' },
		qa: {
			4: 'とは何 | について教えて | 違いは | 首都',
			3: 'とは | なぜ | 説明して | 誰 | いつ | どこ | 教えて',
			2: '何 | どの | どう',
		},
		advice_planning: {
			4: 'おすすめ | アドバイス | 計画を | べきですか | 提案 | 旅行プラン',
			3: '方法 | コツ | プラン | どうすれば | アイデア',
		},
		analysis: { 4: '分析 | 比較 | メリット | デメリット | 評価して | 長所と短所', 3: '影響 | 傾向 | 考察' },
		chitchat: {
			4: 'こんにちは | おはよう | こんばんは | ありがとう | あなたは誰 | 元気ですか | さようなら | はじめまして',
			3: 'あなたは | 好きですか',
		},
	},
	difficulty: '証明 | 最適化 | 設計 | 詳細 | 詳しく | 複雑 | 導出 | 包括的',
	demands: '必ず | 以上 | 以内 | 以下の | だけ | ください。ただし | それぞれ | 条件 | 含め',
};
