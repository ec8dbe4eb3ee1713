import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import type { ErrorObject } from 'ajv';
import formats from 'ajv-formats';

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly nullable?: boolean;
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

interface Content {
  readonly schema: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly schema: Schema;
}

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, Content>> } | undefined>
  >;
}

export interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export interface RecordedRequest {
  readonly method: string;
  /** As sent, with the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface RecordedAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Undefined for an empty body. */
  readonly json: unknown;
}

/** Twilio's own description, which is not part of this repository: it may lie beside the checkout. */
const SPECS = new URL('../../../shared/spec/', import.meta.url);
export const SPEC_IS_MISSING =
  "skipped: twilio_verify_v2.json and twilio_notify_v1.json, Twilio's descriptions, are not in ../shared/spec";

/** Verify's; undefined when it is not there. */
export const readSpecification = (): Specification | undefined => read('twilio_verify_v2.json');

/** Notify's; undefined when it is not there. */
export const readNotifySpecification = (): Specification | undefined => read('twilio_notify_v1.json');

/** The two share no path: the version tells whose a request is. */
export const isNotify = ({ path }: { readonly path: string }): boolean => path.startsWith('/v1/');

function read(name: string): Specification | undefined {
  const file = new URL(name, SPECS);
  return existsSync(file) ? new Specification(JSON.parse(readFileSync(file, 'utf8')) as OpenApi) : undefined;
}

const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';
const METHODS = ['get', 'post', 'put', 'delete', 'patch'];

const PROBLEM: Schema & object = {
  type: 'object',
  properties: {
    code: { type: 'integer' },
    message: { type: 'string' },
    more_info: { type: 'string', format: 'uri' },
    status: { type: 'integer' },
  },
};

/** Holds requests and answers against an OpenAPI description. */
export class Specification {
  readonly #openApi: OpenApi;
  readonly #ajv = new Ajv({ strict: false, allErrors: true });
  readonly #validators = new Map<string, ReturnType<Ajv['compile']>>();

  constructor(openApi: OpenApi) {
    this.#openApi = openApi;
    formats.default(this.#ajv);
  }

  /** The operations whose path matches. */
  operations(path: RegExp): string[] {
    return Object.entries(this.#openApi.paths)
      .filter(([template]) => path.test(template))
      .flatMap(([, item]) =>
        METHODS.flatMap((method) => (item[method] as Operation | undefined)?.operationId ?? []),
      );
  }

  operationOf({ method, path }: Pick<RecordedRequest, 'method' | 'path'>): Operation | undefined {
    const segments = pathname(path).split('/');
    const [, item] =
      Object.entries(this.#openApi.paths).find(([template]) => pathParameters(template, segments)) ?? [];
    return item?.[method.toLowerCase()] as Operation | undefined;
  }

  /** What the description does not allow in a request: nothing, when all is well. */
  requestProblems({ method, path, headers, body }: RecordedRequest): string[] {
    const operation = this.operationOf({ method, path });
    if (!operation) return [`${method} ${path}: not documented`];
    return [
      ...this.#pathProblems(operation, path),
      ...this.#queryProblems(operation, path),
      ...(/^Basic \S+$/.test(headers['authorization'] ?? '') ? [] : ['no Basic credential']),
      ...this.#bodyProblems(operation, headers['content-type'], body),
    ].map((problem) => `${method} ${path}: ${problem}`);
  }

  /** What the description does not allow in an answer; of a refusal it says nothing, so Twilio's four members count. */
  answerProblems({ method, path, status, json }: RecordedAnswer): string[] {
    const name = `${method} ${path} ${status}`;
    const schema = status < 300 ? this.#successSchema({ method, path }, status) : PROBLEM;
    if (schema === undefined) return [`${name}: not documented`];
    if (schema === null) return json === undefined ? [] : [`${name}: has a body`];
    // Nothing is required in Twilio's answers, so an empty object would do; Twilio sends every member.
    const whole = this.#jsonSchema(schema);
    const required = Object.keys(whole.properties ?? {});
    const problems = this.#problems({ ...whole, required }, json);
    if (status >= 300 && (json as { status?: unknown } | undefined)?.status !== status)
      problems.push('/status differs');
    return problems.map((problem) => `${name}: ${problem}`);
  }

  examples(operationId: string): unknown[] {
    return Object.values(this.#openApi.paths)
      .flatMap((item) => Object.values(item) as Partial<Operation>[])
      .filter((operation) => operation.operationId === operationId)
      .flatMap(({ responses = {} }) => Object.values(responses))
      .flatMap((response) => Object.values(response?.content?.[JSON_TYPE]?.examples ?? {}))
      .map(({ value }) => value);
  }

  /** Null for an answer without a body, undefined for one that is not documented. */
  #successSchema(
    request: Pick<RecordedRequest, 'method' | 'path'>,
    status: number,
  ): Schema | null | undefined {
    const response = this.operationOf(request)?.responses[status];
    return response && (response.content?.[JSON_TYPE]?.schema ?? null);
  }

  #pathProblems(operation: Operation, path: string): string[] {
    const segments = pathname(path).split('/');
    const templates = Object.keys(this.#openApi.paths);
    const values = templates.map((template) => pathParameters(template, segments)).find(Boolean)!;
    return Object.entries(values).flatMap(([name, value]) => {
      const parameter = operation.parameters?.find((known) => known.in === 'path' && known.name === name);
      if (!parameter) return [`path parameter ${name} is not documented`];
      return this.#problems(this.#jsonSchema(parameter.schema), value, name);
    });
  }

  #queryProblems({ parameters = [] }: Operation, path: string): string[] {
    const query = new URLSearchParams(path.split('?')[1]);
    return [...new Set(query.keys())].flatMap((name) => {
      const parameter = parameters.find((known) => known.in === 'query' && known.name === name);
      if (!parameter) return [`query ${name} is not documented`];
      const schema = this.#jsonSchema(parameter.schema);
      return this.#problems(schema, valueOf(query, name, schema), `query ${name}`);
    });
  }

  #bodyProblems(operation: Operation, contentType: string | undefined, body: string): string[] {
    const [type] = contentType?.split(';') ?? [];
    if (type === undefined && body === '') return [];
    const content = operation.requestBody?.content[type ?? ''];
    if (!content || type !== FORM) return [`content type ${type} is not documented`];
    const schema = this.#jsonSchema(content.schema);
    const form = new URLSearchParams(body);
    const values = [...new Set(form.keys())].map((name) => [
      name,
      valueOf(form, name, schema.properties?.[name]),
    ]);
    return this.#problems(schema, Object.fromEntries(values));
  }

  #problems(schema: object, value: unknown, name = ''): string[] {
    const key = JSON.stringify(schema);
    const validate = this.#validators.get(key) ?? this.#ajv.compile(schema);
    this.#validators.set(key, validate);
    const text = ({ instancePath, message }: ErrorObject) => `${name || instancePath || '/'} ${message}`;
    return validate(value) ? [] : validate.errors!.map(text);
  }

  /** OpenAPI 3.0 in JSON Schema's words, and closed: a member that is not documented is a problem. */
  #jsonSchema({ $ref, ...schema }: Schema): Schema & object {
    if ($ref) return this.#jsonSchema(this.#openApi.components.schemas[$ref.split('/').at(-1)!]!);
    const { nullable, format, properties, items, ...rest } = schema;
    return {
      ...rest,
      // Without a type everything is allowed already, null too, and ajv takes nullable only beside a type.
      ...(nullable && rest.type && { nullable }),
      ...(format && (format === 'uri-map' ? URI_MAP : { format })),
      ...(properties && {
        properties: Object.fromEntries(
          Object.entries(properties).map(([name, property]) => [name, this.#jsonSchema(property)]),
        ),
        additionalProperties: false,
      }),
      ...(items && { items: this.#jsonSchema(items) }),
    };
  }
}

/** Twilio's own format: an object of links. */
const URI_MAP = { additionalProperties: { type: 'string', format: 'uri' } };

const pathname = (path: string) => path.split('?')[0]!;

/** The values of a template's parameters; undefined when the path is another one. */
function pathParameters(template: string, segments: readonly string[]): Record<string, string> | undefined {
  const names = template.split('/');
  const matches = (name: string, index: number) =>
    name.startsWith('{') ? segments[index] !== '' : name === segments[index];
  if (names.length !== segments.length || !names.every(matches)) return undefined;
  return Object.fromEntries(
    names.flatMap((name, index) =>
      name.startsWith('{') ? [[name.slice(1, -1), decodeURIComponent(segments[index]!)]] : [],
    ),
  );
}

/** Forms and queries carry text alone: read as the type that is documented where it can be, else left as it is. */
function valueOf(sent: URLSearchParams, name: string, schema: Schema | undefined): unknown {
  const values = sent.getAll(name);
  if (schema?.type === 'array' || values.length > 1) return values;
  const [text] = values;
  if (schema?.type === 'boolean' && /^(true|false)$/.test(text!)) return text === 'true';
  return schema?.type === 'integer' && /^-?\d+$/.test(text!) ? Number(text) : text;
}
