/** Whether a server can be reached at all, said in words. Nothing is sent to it. */
import net from 'node:net';
import tls from 'node:tls';
import { UserError } from 'n8n-workflow';

/** Short, as a person is waiting for the result. */
const PATIENCE_MS = 10_000;

/** Behind a proxy only the request itself can tell. */
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy'];
const isProxied = (): boolean => PROXIES.some((name) => process.env[name] || process.env[name.toUpperCase()]);

/** @param baseUrl a valid http or https address. @throws UserError that says what to do */
export async function assertReachable(baseUrl: string): Promise<void> {
	if (isProxied()) return;
	const { protocol, hostname, port } = new URL(baseUrl);
	const isSecure = protocol === 'https:';
	// An IPv6 address stands in brackets.
	const host = hostname.replace(/^\[|\]$/g, '');
	const target = { host, port: Number(port) || (isSecure ? 443 : 80), timeout: PATIENCE_MS };
	const code = await new Promise<string | null>((resolve) => {
		const servername = net.isIP(host) === 0 ? host : undefined;
		const socket = isSecure ? tls.connect({ ...target, servername }) : net.connect(target);
		const end = (result: string | null) => {
			socket.destroy();
			resolve(result);
		};
		socket.once(isSecure ? 'secureConnect' : 'connect', () => end(null));
		socket.once('timeout', () => end('ETIMEDOUT'));
		socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
	});
	if (code !== null) throw new UserError(inWords(code, host, target.port));
}

/** For people: what is wrong, and what to look at first. */
function inWords(code: string, host: string, port: number): string {
	const isLocal = /^(localhost|127\.|::1$)/.test(host);
	switch (code) {
		case 'ECONNREFUSED':
			return isLocal
				? `Nothing answers at ${host}:${port}. Is the server running? If n8n runs in Docker, "${host}" is the container itself: use host.docker.internal instead.`
				: `Nothing answers at ${host}:${port}. Is the server running, and is the Base URL right?`;
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
			return `There is no server named "${host}", as far as n8n can see. Check the Base URL.`;
		case 'ETIMEDOUT':
		case 'EHOSTUNREACH':
		case 'ENETUNREACH':
			return `${host}:${port} cannot be reached from n8n. Check the Base URL, and whether a firewall or proxy is in the way.`;
		case 'EPROTO':
		case 'ERR_SSL_WRONG_VERSION_NUMBER':
			return `${host}:${port} does not speak https. Try a Base URL that begins with http://.`;
		default:
			return /CERT|SIGNED|SIGNATURE|ALTNAME/.test(code)
				? `n8n does not trust the certificate of ${host} (${code}). Name your company's certificate in NODE_EXTRA_CA_CERTS.`
				: `n8n cannot connect to ${host}:${port} (${code}). Check the Base URL.`;
	}
}
