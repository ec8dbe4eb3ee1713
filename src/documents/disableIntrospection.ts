import { GraphQLError, Kind, visit } from 'graphql';
import type { ArgumentNode, DocumentNode, ValidationRule } from 'graphql';

/** Refuses to list the schema, also as SDL (`_service`). `hideTypes` handles `__type`. */
export const disableIntrospectionRule: ValidationRule = (context) => ({
  Field(node) {
    const { value: name } = node.name;
    // Without Federation, `_service` is an unknown field and must look like one.
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
 * Changes every `__type` to request a type that does not exist, so that it returns null as for any unknown name. It is not
 * refused, because the audit of GraphQL over HTTP uses `__type` to test variables.
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
