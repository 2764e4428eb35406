import type { Attachment, ModelRequest, Part } from '../types';

/** Names used by browsers, cameras and mail programs that providers refuse. */
const ALIASES: Readonly<Record<string, string>> = {
	'image/jpg': 'image/jpeg',
	'image/pjpeg': 'image/jpeg',
	'image/jfif': 'image/jpeg',
	'image/x-png': 'image/png',
	'image/apng': 'image/png',
	'application/x-pdf': 'application/pdf',
	'audio/x-mp3': 'audio/mpeg',
	'audio/x-mpeg': 'audio/mpeg',
};

/** `image/jpeg` for `Image/JPG; charset=binary`. */
export function plainMediaType(mediaType: string): string {
	const type = mediaType.split(';')[0]!.trim().toLowerCase();
	return ALIASES[type] ?? type;
}

/** Replaces the media types of all files by those that providers know; returns the same object if nothing changes. */
export function withPlainMediaTypes(request: ModelRequest): ModelRequest {
	const isOdd = ({ mediaType }: Attachment): boolean => plainMediaType(mediaType) !== mediaType;
	if (!request.messages.some(({ parts }) => parts.some((part) => filesOf(part).some(isOdd)))) return request;
	const messages = request.messages.map((message) => ({ ...message, parts: message.parts.map(plainPart) }));
	return { ...request, messages };
}

function filesOf(part: Part): readonly Attachment[] {
	if (part.type === 'file') return [part.file];
	return part.type === 'toolResult' ? (part.files ?? []) : [];
}

function plainPart(part: Part): Part {
	const plain = (file: Attachment): Attachment => ({ ...file, mediaType: plainMediaType(file.mediaType) });
	if (part.type === 'file') return { ...part, file: plain(part.file) };
	return part.type === 'toolResult' && part.files ? { ...part, files: part.files.map(plain) } : part;
}
