import { GraphQLError, Kind, parse } from 'graphql';
import type {
  DocumentNode,
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationContext,
  ValidationRule,
} from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Config } from '../config.ts';

export type OperationLimits = Pick<
  Config,
  'limitDepth' | 'limitAliases' | 'limitRootFields' | 'limitDirectives'
>;
export type DocumentLimits = Pick<Config, 'limitTokens' | 'limitCharacters'>;

/**
 * Reads a document, and gives up before or while it does.
 * @throws GraphQLError for a document that is too long.
 */
export function parseWithin({ limitTokens, limitCharacters }: DocumentLimits, text: string): DocumentNode {
  // Comments and the text of strings are no tokens.
  if (text.length > limitCharacters) {
    throw limitExceeded(`This document has more than ${limitCharacters} characters`);
  }
  return parse(text, { maxTokens: limitTokens });
}

/** Refuses a document before anything is built from it. */
export const documentLimits = (limits: DocumentLimits): Plugin => ({
  onParse({ setParseFn }) {
    setParseFn((source) => parseWithin(limits, typeof source === 'string' ? source : source.body));
  },
});

/** Refuses an operation that asks for too much, once per document: the answer is cached with its validation. */
export function operationLimits(limits: OperationLimits): Plugin {
  const rule = limitsRule(limits);
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(rule);
    },
  };
}

/** As deep as GraphiQL looks into a schema. */
const INTROSPECTION_DEPTH = 15;
/** A push is sent for one person at one screen. */
export const PUSHES = 1;
/** What sends one; a new challenge brings its first. */
export const PUSHING = ['resendChallengeNotification', 'createChallenge', 'sendNotifyNotification'];

/** What a selection comes to with its fragments put in their places. */
interface Measure {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  rootFields: number;
  directives: number;
  pushes: number;
}

/**
 * Refuses an operation that asks for too much before anything is executed. Fragments count at each place where they are
 * spread, and each is measured once, so that a few that spread each other take no time to refuse.
 */
export const limitsRule =
  (limits: OperationLimits): ValidationRule =>
  (context) => ({
    OperationDefinition(operation) {
      const measure = new Ruler(context).measureOf(operation);
      const exceeded = [
        [measure.depth, limits.limitDepth, 'fields within fields'],
        [measure.introspectionDepth, INTROSPECTION_DEPTH, 'fields within fields of introspection'],
        [measure.aliases, limits.limitAliases, 'aliases'],
        [measure.rootFields, limits.limitRootFields, 'root fields'],
        [measure.directives, limits.limitDirectives, 'directives'],
        [measure.pushes, PUSHES, 'push'],
      ] as const;
      for (const [asked, limit, of] of exceeded) {
        if (asked <= limit) continue;
        context.reportError(limitExceeded(`This operation has more than ${limit} ${of}`, operation));
      }
    },
  });

export const limitExceeded = (fact: string, nodes?: OperationDefinitionNode) =>
  new GraphQLError(`${fact}; ask for less at once.`, {
    nodes: nodes ?? null,
    extensions: { code: 'OPERATION_LIMIT_EXCEEDED', http: { spec: true, status: 400 } },
  });

class Ruler {
  readonly #context: ValidationContext;
  /** Undefined while it is being measured: a fragment that spreads itself is refused elsewhere. */
  readonly #fragments = new Map<FragmentDefinitionNode, Measure | undefined>();

  constructor(context: ValidationContext) {
    this.#context = context;
  }

  measureOf({ selectionSet, directives }: OperationDefinitionNode): Measure {
    const measure = this.#selections(selectionSet);
    measure.directives += directives?.length ?? 0;
    return measure;
  }

  #selections({ selections }: SelectionSetNode): Measure {
    const total = nothing();
    for (const selection of selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) {
        const { name, alias, selectionSet } = selection;
        const inner = selectionSet ? this.#selections(selectionSet) : nothing();
        const isIntrospection = name.value === '__schema' || name.value === '__type';
        if (isIntrospection) {
          total.introspectionDepth = Math.max(total.introspectionDepth, deepest(inner) + 1);
        } else {
          total.depth = Math.max(total.depth, inner.depth + 1);
          total.introspectionDepth = Math.max(total.introspectionDepth, inner.introspectionDepth);
        }
        total.aliases += inner.aliases + (alias ? 1 : 0);
        total.directives += inner.directives;
        total.rootFields += 1;
        total.pushes += PUSHING.includes(name.value) ? 1 : 0;
      } else {
        const inner =
          selection.kind === Kind.INLINE_FRAGMENT
            ? this.#selections(selection.selectionSet)
            : this.#fragment(this.#context.getFragment(selection.name.value));
        add(total, inner);
      }
    }
    return total;
  }

  #fragment(fragment: FragmentDefinitionNode | null | undefined): Measure {
    if (!fragment) return nothing();
    if (this.#fragments.has(fragment)) return this.#fragments.get(fragment) ?? nothing();
    this.#fragments.set(fragment, undefined);
    const measure = this.#selections(fragment.selectionSet);
    this.#fragments.set(fragment, measure);
    return measure;
  }
}

const nothing = (): Measure => ({
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  rootFields: 0,
  directives: 0,
  pushes: 0,
});

const deepest = ({ depth, introspectionDepth }: Measure): number => Math.max(depth, introspectionDepth);

/** What stands beside each other. */
function add(total: Measure, inner: Measure): void {
  total.depth = Math.max(total.depth, inner.depth);
  total.introspectionDepth = Math.max(total.introspectionDepth, inner.introspectionDepth);
  total.aliases += inner.aliases;
  total.rootFields += inner.rootFields;
  total.directives += inner.directives;
  total.pushes += inner.pushes;
}
