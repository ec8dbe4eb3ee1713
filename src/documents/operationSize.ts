import { Kind } from 'graphql';
import type {
  FragmentDefinitionNode,
  OperationDefinitionNode,
  SelectionSetNode,
  ValidationContext,
} from 'graphql';

/** The mutations that send a push. Creating a challenge sends its first one. */
export const PUSH_MUTATIONS = ['resendChallengeNotification', 'createChallenge', 'sendNotifyNotification'];

/** The size of a selection after expanding its fragments. */
export interface OperationSize {
  depth: number;
  introspectionDepth: number;
  aliases: number;
  rootFields: number;
  directives: number;
  pushes: number;
}

/**
 * Measures an operation. Fragments count at each spread, but each is measured only once, so that fragments which spread
 * each other do not take exponential time.
 */
export const operationSizeOf = (
  operation: OperationDefinitionNode,
  context: ValidationContext,
): OperationSize => new OperationMeter(context).operationSizeOf(operation);

class OperationMeter {
  readonly #context: ValidationContext;
  /** Undefined during measurement: another rule refuses a fragment that spreads itself. */
  readonly #fragments = new Map<FragmentDefinitionNode, OperationSize | undefined>();

  constructor(context: ValidationContext) {
    this.#context = context;
  }

  operationSizeOf({ selectionSet, directives }: OperationDefinitionNode): OperationSize {
    const size = this.#selections(selectionSet);
    size.directives += directives?.length ?? 0;
    return size;
  }

  #selections({ selections }: SelectionSetNode): OperationSize {
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
        total.pushes += PUSH_MUTATIONS.includes(name.value) ? 1 : 0;
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

  #fragment(fragment: FragmentDefinitionNode | null | undefined): OperationSize {
    if (!fragment) return nothing();
    if (this.#fragments.has(fragment)) return this.#fragments.get(fragment) ?? nothing();
    this.#fragments.set(fragment, undefined);
    const size = this.#selections(fragment.selectionSet);
    this.#fragments.set(fragment, size);
    return size;
  }
}

const nothing = (): OperationSize => ({
  depth: 0,
  introspectionDepth: 0,
  aliases: 0,
  rootFields: 0,
  directives: 0,
  pushes: 0,
});

const deepest = ({ depth, introspectionDepth }: OperationSize): number => Math.max(depth, introspectionDepth);

/** Adds a sibling selection: depths take the maximum, counts add up. */
function add(total: OperationSize, inner: OperationSize): void {
  total.depth = Math.max(total.depth, inner.depth);
  total.introspectionDepth = Math.max(total.introspectionDepth, inner.introspectionDepth);
  total.aliases += inner.aliases;
  total.rootFields += inner.rootFields;
  total.directives += inner.directives;
  total.pushes += inner.pushes;
}
