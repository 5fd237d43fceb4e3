import { checkTaggableArn } from '../arns.ts';
import { type Actions, type ApiContext, notFound, permission } from './context.ts';
import { Input } from './input.ts';

/** TagResource, UntagResource, ListTagsForResource, on state machines. */
export function tagActions(context: ApiContext): Actions {
  return {
    TagResource: {
      requires: ({ resourceArn }) => permission('TagResource', resourceArn),
      run: (input) => change(context, new Input(input), (tags, request) => ({ ...tags, ...tagsOf(request) })),
    },
    UntagResource: {
      requires: ({ resourceArn }) => permission('UntagResource', resourceArn),
      run: (input) =>
        change(context, new Input(input), (tags, request) => {
          const keys = request.list('tagKeys');
          return Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.includes(key)));
        }),
    },
    ListTagsForResource: {
      requires: ({ resourceArn }) => permission('ListTagsForResource', resourceArn),
      run: (input) => {
        const tags = tagsOfMachine(context, new Input(input).text('resourceArn'));
        return { tags: Object.entries(tags).map(([key, value]) => ({ key, value })) };
      },
    },
  };
}

type Tags = Record<string, string>;

/** The `tags` member of a request. */
export function tagsOf(input: Input): Tags {
  const tags = input.objects('tags').map((tag): [string, string] => [tag.text('key'), tag.optionalText('value') ?? '']);
  return Object.fromEntries(tags);
}

async function change(context: ApiContext, input: Input, to: (tags: Tags, input: Input) => Tags): Promise<object> {
  const arn = input.text('resourceArn');
  context.machineStore.setTags(arn, to(tagsOfMachine(context, arn), input));
  await context.database.committed();
  return {};
}

/** @throws AwsError InvalidArn for what is no ARN of a machine, ResourceNotFound for one that is not there */
function tagsOfMachine({ machineStore }: ApiContext, arn: string): Tags {
  checkTaggableArn(arn);
  const machine = machineStore.get(arn);
  if (!machine) throw notFound(arn);
  return JSON.parse(machine.tags);
}
