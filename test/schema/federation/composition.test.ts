import { describe, expect, it } from 'vitest';
import { COMPOSERS, verify } from '../../helpers/federation.ts';
import type { Subgraph } from '../../helpers/federation.ts';

/** What other teams define as well, in their own words. */
const SHARED = /* GraphQL */ `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.5", import: ["@key", "@shareable", "@override"])

  "Part of a list."
  type PageInfo @shareable {
    "More to come."
    hasNextPage: Boolean!
    "More before."
    hasPreviousPage: Boolean!
    "Of the first."
    startCursor: String
    "Of the last."
    endCursor: String
  }
  "ISO 8601."
  scalar DateTime
  "Any JSON."
  scalar JSONObject
  "What has an id."
  interface Node {
    "The id."
    id: ID!
  }
  "Whatever can go wrong."
  interface Error {
    "In words."
    message: String!
  }
`;

const roots = (fields: string) => `"All reads." type Query { ${fields} } "All writes." type Mutation {`;

const OTHERS: readonly Subgraph[] = [
  {
    name: 'users',
    sdl: `${SHARED} ${roots('me: User')} rename(name: String!): Rename }
      union Rename = User | NameTakenError
      type NameTakenError implements Error { message: String! }
      type User implements Node @key(fields: "id") { id: ID! createdAt: DateTime verifyEntity: Entity }
      type Entity @key(fields: "serviceSid identity", resolvable: false) { serviceSid: ID! identity: String! }`,
  },
  {
    name: 'orders',
    sdl: `${SHARED} ${roots('orders(first: Int): Orders!')} buy: Order }
      type Orders { nodes: [Order!]! pageInfo: PageInfo! }
      type Order implements Node @key(fields: "id") { id: ID! placedAt: DateTime! extra: JSONObject }
      type OrderError implements Error { message: String! code: Int! }`,
  },
  {
    name: 'reviews',
    sdl: `${SHARED} ${roots('reviews: Reviews!')} review(text: String!): Review }
      type Reviews { nodes: [Review!]! pageInfo: PageInfo! }
      type Review { text: String! author: User! writtenAt: DateTime }
      type User @key(fields: "id", resolvable: false) { id: ID! }
      type ReviewError implements Error { message: String! }`,
  },
];

/** A subgraph that owns what every id leads to; it knows our objects by nothing else. */
const nodesWith = (directive: string): Subgraph => ({
  name: 'nodes',
  sdl: `${SHARED}
    "All reads."
    type Query {
      "Any node."
      node("Its id." id: ID!): Node ${directive}
      "Many nodes."
      nodes("Their ids." ids: [ID!]!): [Node]! ${directive}
    }
    type Challenge implements Node @key(fields: "id", resolvable: false) { id: ID! }`,
});

describe.each(COMPOSERS)('%s', (name, compose) => {
  it(`${name} composes the subgraph alone`, () => {
    expect(compose(verify())).toMatchObject({ problems: [], hints: [] });
  });

  it(`${name} composes the subgraph with others that share types, without a hint`, () => {
    const { supergraphSdl, problems, hints } = compose(verify(), ...OTHERS);
    expect({ problems, hints }).toEqual({ problems: [], hints: [] });
    expect(supergraphSdl).toContain('verifyEntity: Entity');
    expect(supergraphSdl).toMatch(/Part of a list\.\s*"""\s+type PageInfo/);
    expect(supergraphSdl).toMatch(/The state of a challenge\.\s*"""\s+enum ChallengeStatus/);
  });

  it.each(['Query', 'Mutation', 'Node', 'PageInfo', 'DateTime', 'JSONObject'])(
    `${name} leaves the description of %s to others`,
    (shared) => {
      const description = new RegExp(`"""\\n(type|interface|scalar) ${shared}\\b`);
      expect(verify().sdl).toMatch(new RegExp(`^(type|interface|scalar) ${shared}\\b`, 'm'));
      expect(verify().sdl).not.toMatch(description);
    },
  );

  it(`${name} lets another subgraph take node and nodes over`, () => {
    const { supergraphSdl, problems, hints } = compose(
      verify(),
      ...OTHERS,
      nodesWith('@override(from: "verify")'),
    );
    expect(problems).toEqual([]);
    expect(supergraphSdl).toMatch(/node\([^)]*\): Node @join__field\(graph: NODES, override: "verify"\)/);
    // Apollo always remarks on a field that is overridden.
    const remark = (field: string) =>
      `Field "Query.${field}" on subgraph "verify" is overridden. Consider removing it.`;
    expect(hints).toEqual(name.startsWith('@apollo') ? [remark('node'), remark('nodes')] : []);
  });

  it(`${name} composes a schema without node and nodes, without a hint`, () => {
    const { sdl } = verify();
    // As docs/federation.md does it with sed.
    const without = { ...verify(), sdl: sdl.replaceAll(/^ {2}nodes?\(.*\n/gm, '') };
    expect(without.sdl.split('\n')).toHaveLength(sdl.split('\n').length - 2);
    const { supergraphSdl, problems, hints } = compose(without, ...OTHERS, nodesWith(''));
    expect({ problems, hints }).toEqual({ problems: [], hints: [] });
    expect(supergraphSdl).toMatch(/node\([^)]*\): Node @join__field\(graph: NODES\)/);
  });
});
