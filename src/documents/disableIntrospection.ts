import { GraphQLError, Kind, visit } from 'graphql';
import type { ArgumentNode, DocumentNode, ValidationRule } from 'graphql';

/** Refuses to list the schema, as text too. `__type` is left to `hideTypes`. */
export const disableIntrospectionRule: ValidationRule = (context) => ({
  Field(node) {
    const { value: name } = node.name;
    // No more than an unknown field where there is no subgraph.
    const isListing = name === '__schema' || (name === '_service' && context.getFieldDef());
    if (!isListing) return;
    context.reportError(new GraphQLError('This server does not answer introspection.', { nodes: node }));
  },
});

const NO_TYPE: ArgumentNode = {
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'name' },
  value: { kind: Kind.STRING, value: '' },
};

const hidden = new WeakMap<DocumentNode, DocumentNode>();

/**
 * The document with every `__type` asking for a type that does not exist, so that it answers null as for any name that
 * is not known. Not refused, because the audit of GraphQL over HTTP tries its variables with `__type`.
 */
export function hideTypes(document: DocumentNode): DocumentNode {
  let without = hidden.get(document);
  if (!without) {
    without = visit(document, {
      Field: (node) => (node.name.value === '__type' ? { ...node, arguments: [NO_TYPE] } : undefined),
    });
    hidden.set(document, without);
  }
  return without;
}
