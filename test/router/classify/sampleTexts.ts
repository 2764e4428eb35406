/** Texts of many kinds, as people put them into workflows. */
export const SAMPLE_TEXTS: Record<string, string> = {
	English:
		'The delivery was supposed to arrive on Tuesday, but the carrier now says that the parcel is still waiting at the sorting centre. Could somebody please look into it and tell me when I can expect it? I have already called twice, and each time I was told that a colleague would get back to me within the hour. Nobody did. If the parcel cannot be found by Friday, I would like my money back, including the express fee, because the present was meant for a birthday at the weekend.',
	German:
		'Sehr geehrte Damen und Herren, leider musste ich feststellen, dass die gelieferte Kaffeemaschine bereits nach zwei Wochen nicht mehr funktioniert. Das Gerät schaltet sich zwar ein, erhitzt das Wasser aber nicht mehr ausreichend. Ich habe die Bedienungsanleitung sorgfältig gelesen und alle dort beschriebenen Schritte ausprobiert. Bitte teilen Sie mir mit, wie die Reklamation abgewickelt wird und ob ich die Versandkosten selbst übernehmen muss. Mit freundlichen Grüßen',
	French:
		'Bonjour, je vous écris au sujet de ma facture du mois dernier. Le montant prélevé sur mon compte ne correspond pas à celui qui figure sur le contrat que nous avons signé en janvier. Pourriez-vous vérifier s’il s’agit d’une erreur et, le cas échéant, me rembourser la différence ? Je reste à votre disposition pour vous envoyer une copie du contrat ainsi que le relevé bancaire. Je vous remercie par avance de votre réponse rapide.',
	Spanish:
		'Buenos días, quisiera saber si todavía es posible cambiar la fecha de mi reserva para el hotel de Valencia. Habíamos previsto llegar el viernes por la noche, pero mi marido tiene que trabajar y no podremos salir hasta el sábado por la mañana. También me gustaría preguntar si hay aparcamiento cerca del hotel y cuánto cuesta por noche. Muchas gracias por su ayuda y un saludo cordial desde Zaragoza.',
	Portuguese:
		'Boa tarde, comprei um computador na vossa loja há três semanas e a bateria já não aguenta mais do que uma hora. Levei o aparelho ao balcão, mas disseram-me que teria de esperar um mês pela reparação. Preciso do computador para trabalhar e não posso ficar tanto tempo sem ele. Existe alguma possibilidade de receber um equipamento de substituição enquanto o meu é reparado? Agradeço desde já a atenção.',
	Italian:
		'Gentile cliente, la informiamo che la riunione prevista per giovedì è stata spostata alla settimana prossima, perché alcuni colleghi non potranno partecipare. La preghiamo di confermare entro domani se il nuovo orario le va bene. In allegato trova l’ordine del giorno aggiornato e il verbale dell’ultima riunione. Per qualsiasi domanda può rispondere direttamente a questo messaggio oppure telefonare al nostro ufficio.',
	Dutch:
		'Goedemiddag, vorige week heb ik bij jullie een fiets besteld, maar ik heb nog steeds geen bevestiging ontvangen. Het bedrag is wel van mijn rekening afgeschreven. Kunnen jullie nakijken of de bestelling goed is doorgekomen en wanneer ik de fiets kan verwachten? Ik ben overdag meestal niet thuis, dus het zou fijn zijn als de bezorger in de avond langskomt of vooraf even belt.',
	Polish:
		'Dzień dobry, piszę w sprawie reklamacji, którą złożyłem dwa tygodnie temu. Do tej pory nie otrzymałem żadnej odpowiedzi, a na stronie internetowej widnieje informacja, że zgłoszenie jest w trakcie rozpatrywania. Proszę o podanie terminu, w którym mogę spodziewać się decyzji. W razie potrzeby mogę przesłać dodatkowe zdjęcia uszkodzonego produktu oraz kopię paragonu.',
	Russian:
		'Здравствуйте! На прошлой неделе я заказал у вас стиральную машину, но до сих пор не получил подтверждения. Деньги уже списаны с карты, а в личном кабинете заказ не отображается. Пожалуйста, проверьте, что случилось, и сообщите мне, когда можно ожидать доставку. Если товара нет на складе, я хотел бы вернуть деньги и купить машину в другом магазине.',
	Chinese:
		'您好，我上周在贵店订购了一台洗衣机，但是到现在还没有收到确认邮件。款项已经从我的银行卡中扣除，可是在个人中心里看不到这个订单。请帮忙查一下到底是什么原因，并告诉我大概什么时候可以送货。如果仓库里没有现货，我希望能够退款，然后到别的商店去购买。谢谢您的帮助，期待您的回复。',
	Japanese:
		'お世話になっております。先週注文した商品がまだ届いていないため、配送状況を確認していただけますでしょうか。注文確認のメールは受け取りましたが、その後の発送通知が届いておりません。来週の月曜日までに必要ですので、もし間に合わない場合はキャンセルをお願いしたいと思います。お手数をおかけしますが、よろしくお願いいたします。',
	Korean:
		'안녕하세요. 지난주에 주문한 상품이 아직 도착하지 않아서 문의드립니다. 결제는 이미 완료되었지만 배송 조회를 하면 아무런 정보도 나오지 않습니다. 다음 주 월요일까지 꼭 필요한 물건이라서 언제쯤 받을 수 있는지 알려 주시면 감사하겠습니다. 만약 재고가 없다면 환불을 받고 싶습니다.',
	TypeScript: `import { readFile } from 'node:fs/promises';

interface Order {
	id: string;
	items: Array<{ sku: string; quantity: number; price: number }>;
}

/** Sums the price of all items, rounded to cents. */
export function totalOf(order: Order): number {
	const sum = order.items.reduce((total, item) => total + item.quantity * item.price, 0);
	return Math.round(sum * 100) / 100;
}

export async function loadOrders(path: string): Promise<Order[]> {
	const text = await readFile(path, 'utf8');
	const parsed = JSON.parse(text) as { orders?: Order[] };
	if (!Array.isArray(parsed.orders)) throw new Error(\`No orders in \${path}\`);
	return parsed.orders.filter((order) => order.items.length > 0);
}
`,
	Python: `import csv
from collections import defaultdict


def average_by_group(path, group_column, value_column):
    """Return the mean of value_column for each value of group_column."""
    sums = defaultdict(float)
    counts = defaultdict(int)
    with open(path, newline="") as handle:
        for row in csv.DictReader(handle):
            try:
                value = float(row[value_column])
            except (KeyError, ValueError):
                continue
            sums[row[group_column]] += value
            counts[row[group_column]] += 1
    return {group: sums[group] / counts[group] for group in sums}


if __name__ == "__main__":
    for name, mean in sorted(average_by_group("sales.csv", "region", "amount").items()):
        print(f"{name}: {mean:.2f}")
`,
	SQL: `SELECT c.name, COUNT(o.id) AS orders, SUM(o.total) AS revenue
FROM customers AS c
LEFT JOIN orders AS o ON o.customer_id = c.id
WHERE o.created_at >= '2024-01-01' AND o.status <> 'cancelled'
GROUP BY c.name
HAVING SUM(o.total) > 1000
ORDER BY revenue DESC
LIMIT 20;
`,
	Markdown: `## Release notes

- **Faster start**: the editor opens in half the time.
- Fixed a crash when a file name contains spaces (thanks to everyone who reported it).
- The \`--watch\` option now ignores temporary files.

### Upgrading

1. Stop the service.
2. Run \`npm install -g example@latest\`.
3. Start it again and check the log for warnings.

See the [documentation](https://example.com/docs/upgrade) for details.
`,
};
