/**
 * The arrows of the house, checked by `npm run lint:house`: nodes → engine and walk → rooms → state, models' wire → ground.
 * A room's face is the file named like the room; CONTRIBUTING.md draws the map.
 */
const ROOMS = ['classify', 'guardrails', 'policy', 'failover', 'ledger', 'models', 'state'];
const GROUND = '^router/(bounded|text|money|types)';

/** Rooms beside each other know nothing of one another; all may stand on the ground, and on the doors named here. */
const besides = (room, allowed) => ({
	name: `room-${room}`,
	comment: `router/${room} may import itself, text/, money/, types${allowed.length ? ` and ${allowed.join(', ')}` : ''} alone.`,
	severity: 'error',
	from: { path: `^router/${room}/` },
	to: {
		path: '^router/',
		pathNot: [`^router/${room}/`, GROUND, ...allowed.map((place) => `^router/${place}`)],
	},
});

/** Rooms with one face: what others may call of them stands in the file named like the room. */
const FACES = ['classify', 'guardrails', 'policy', 'failover', 'ledger', 'state'];

const face = (room) => ({
	name: `face-${room}`,
	comment: `What others may call of router/${room}/ stands in its face, ${room}.ts.`,
	severity: 'error',
	from: { path: '^(router|nodes|credentials)/', pathNot: `^router/${room}/` },
	// The panel reads the table of conduct when n8n starts, without the rest of the room.
	to: { path: `^router/${room}/`, pathNot: `^router/${room}/(${room}|conduct)\\.ts$` },
});

module.exports = {
	forbidden: [
		{
			name: 'no-circle',
			comment:
				'No circle of imports, types included: a noun that two files share stands in the terms.ts of their room.',
			severity: 'error',
			from: {},
			to: { circular: true },
		},
		{
			name: 'engine-without-n8n',
			comment: 'The engine imports nothing of n8n or LangChain.',
			severity: 'error',
			from: { path: '^router/' },
			to: { path: '(^nodes/|^credentials/|node_modules/(n8n-|@n8n/|@langchain/))' },
		},
		{
			name: 'nodes-below-their-doors',
			comment: 'What two nodes share stands in nodes/host.',
			severity: 'error',
			from: { path: '^nodes/([^/]+)/', pathNot: '^nodes/host/' },
			to: { path: '^nodes/(?!host/)', pathNot: '^nodes/$1/' },
		},
		{
			name: 'host-knows-no-node',
			comment: 'nodes/host is shared by all nodes and knows none of them.',
			severity: 'error',
			from: { path: '^nodes/host/' },
			to: { path: '^nodes/(?!host/)' },
		},
		{
			name: 'engine-above-rooms',
			comment: 'Rooms do not know who puts them together.',
			severity: 'error',
			from: { path: `^router/(${ROOMS.join('|')}|text|money)/` },
			to: { path: '^router/(engine|walk/)' },
		},
		{
			name: 'ground',
			comment: 'text/, money/ and types stand on nothing but themselves.',
			severity: 'error',
			from: { path: GROUND },
			to: { path: '^router/', pathNot: GROUND },
		},
		besides('classify', []),
		besides('guardrails', []),
		besides('policy', []),
		besides('failover', ['state/']),
		besides('ledger', ['state/']),
		besides('models', []),
		besides('state', []),
		...FACES.map(face),
	],
	options: {
		tsPreCompilationDeps: true,
		tsConfig: { fileName: 'tsconfig.json' },
		doNotFollow: { path: 'node_modules' },
		exclude: { path: '\\.json$' },
	},
};
