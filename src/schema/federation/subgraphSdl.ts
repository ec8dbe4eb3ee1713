import { Kind, parse, print, printSchema, visit } from 'graphql';
import type { ASTNode, ASTVisitor, ConstDirectiveNode, DefinitionNode, GraphQLSchema } from 'graphql';
import { nodeTypes } from '../node.ts';

/** The first version of Federation 2 has all features in use here, so every composer supports it. */
const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.4", import: ["@key", "@shareable"])
`;

/**
 * Types that other subgraphs may define too. They have no descriptions here, because composition warns about differing
 * ones; the other subgraphs' descriptions apply.
 */
const SHARED = ['Node', 'PageInfo', 'DateTime', 'JSONObject'];
const ROOTS = ['Query', 'Mutation', 'Subscription'];
const SHARED_ROOT_FIELDS = ['node', 'nodes'];

/** Prints the schema as a subgraph, without the parts that composition adds itself. */
export function printSubgraphSdl(schema: GraphQLSchema): string {
  const { definitions, ...document } = parse(printSchema(schema), { noLocation: true });
  return `${LINK}\n${print({ ...document, definitions: definitions.map(federated) })}\n`;
}

function federated(definition: DefinitionNode): DefinitionNode {
  if (!('name' in definition) || !definition.name) return definition;
  const typename = definition.name.value;
  const directives = [...(definition.directives ?? []), ...directivesOf(typename)] as ConstDirectiveNode[];
  const type = { ...definition, directives } as DefinitionNode;
  if (SHARED.includes(typename)) return withoutDescriptions(type);
  return ROOTS.includes(typename) ? withoutDescription(visit(type, SHARED_FIELDS)) : type;
}

const withoutDescriptions = <Node extends ASTNode>(node: Node): Node =>
  visit(node, { enter: withoutDescription });

const SHARED_FIELDS: ASTVisitor = {
  FieldDefinition: (field) =>
    SHARED_ROOT_FIELDS.includes(field.name.value) ? withoutDescriptions(field) : undefined,
};

/** The `id` is a second key, because a subgraph that answers `node` knows only that. */
function directivesOf(typename: string): ConstDirectiveNode[] {
  const { keyNames } = nodeTypes.get(typename) ?? {};
  if (keyNames) return [keyDirective(keyNames.join(' ')), keyDirective('id')];
  return typename === 'PageInfo' ? [directive('shareable')] : [];
}

const keyDirective = (fields: string): ConstDirectiveNode => ({
  ...directive('key'),
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'fields' },
      value: { kind: Kind.STRING, value: fields },
    },
  ],
});

const directive = (name: string): ConstDirectiveNode => ({
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: name },
});

function withoutDescription<Node extends object>(node: Node): Node {
  const { description: _, ...silent } = node as Node & { description?: unknown };
  return silent as Node;
}
