/** An answer as it is written, for someone who watches: the text of one attempt at a time. */
import type { Model } from '../../types';
import type { PartEvent } from '../terms';

/** Hands on the text of the first attempt that writes any; what comes to nothing before that is never seen. */
export class Relay {
	private leader: Speech | null = null;

	/** Something was passed on of an answer that was not whole. */
	hasBroken = false;

	/** @param onPart must not throw */
	constructor(private readonly onPart: (event: PartEvent) => void) {}

	/** @param onLead called when this attempt takes the lead: from now on nobody else is heard */
	speech({ alias }: Model, onLead: () => void): Speech {
		const speech: Speech = new Speech(
			() => {
				if (this.leader !== null) return this.leader === speech;
				this.leader = speech;
				this.onPart({ type: 'begin', model: alias });
				onLead();
				return true;
			},
			(text) => this.onPart({ type: 'text', model: alias, text }),
			(type) => {
				if (this.leader !== speech) return;
				this.leader = null;
				this.hasBroken ||= type !== 'end';
				if (type) this.onPart({ type, model: alias });
			},
		);
		return speech;
	}
}

/** What one attempt writes. */
export class Speech {
	/** Blank text is no answer yet: an answer may be empty after all. Null from the first word on. */
	private blank: string | null = '';

	constructor(
		private readonly takeLead: () => boolean,
		private readonly say: (text: string) => void,
		private readonly fallSilent: (type: 'end' | 'interrupted' | null) => void,
	) {}

	text(text: string): void {
		const words = (this.blank ?? '') + text;
		if (this.blank !== null && words.trim() === '') this.blank = words;
		else {
			this.blank = null;
			if (this.takeLead()) this.say(words);
		}
	}

	/** @param as null: nobody waits for it any more, so nothing is said about it */
	over(as: 'end' | 'interrupted' | null): void {
		this.fallSilent(as);
	}
}
