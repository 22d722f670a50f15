// Writes what the Co-op Cloud catalogue says of a recipe (`recipes.json`), from its README and compose file.
import { parse } from "yaml";
import { z } from "zod";

const imageSchema = z.object({ image: z.string(), tag: z.string() });
const versionSchema = z.record(z.string(), z.record(z.string(), imageSchema));

const entrySchema = z.object({
  name: z.string(),
  category: z.string(),
  description: z.string(),
  default_branch: z.string(),
  repository: z.string(),
  ssh_url: z.string(),
  website: z.string(),
  icon: z.string(),
  features: z.object({
    backups: z.string(),
    email: z.string(),
    healthcheck: z.string(),
    tests: z.string(),
    sso: z.string(),
    status: z.number(),
    image: z.object({
      image: z.string(),
      rating: z.string(),
      source: z.string(),
      url: z.string(),
    }),
  }),
  /** Oldest first: one object a version, from its tag to the images of its services. */
  versions: z.array(versionSchema),
});

const composeSchema = z.object({ services: z.record(z.string(), z.object({ image: z.string() })) });

export const catalogueSchema = z.record(z.string(), entrySchema);
export type CatalogueEntry = z.infer<typeof entrySchema>;
export type CatalogueVersion = z.infer<typeof versionSchema>;

/** What the catalogue says of a recipe without its versions. */
export function describeRecipe(name: string, repository: string, readme: string): CatalogueEntry {
  const found = (pattern: RegExp): string => pattern.exec(readme)?.[1] ?? "";
  const field = (title: string): string =>
    found(new RegExp(`^\\* \\*\\*${title}\\*\\*:[ \\t]*(.*)$`, "m"));
  return {
    name,
    category: field("Category"),
    description: found(/^> (.*)$/m),
    default_branch: "main",
    repository,
    ssh_url: "",
    website: "",
    icon: "",
    features: {
      backups: field("Backups"),
      email: field("Email"),
      healthcheck: field("Healthcheck"),
      tests: field("Tests"),
      sso: field("SSO"),
      status: Number(field("Status")),
      image: {
        image: found(/\*\*Image\*\*: \[`([^`]*)`\]/),
        rating: found(/\*\*Image\*\*: .*\), (\d)/),
        source: found(/\*\*Image\*\*: .*, (\w+)$/m),
        url: found(/\*\*Image\*\*: \S+\]\(([^)]*)\)/),
      },
    },
    versions: [],
  };
}

/** One version's line in the catalogue. */
export function describeVersion(version: string, compose: string): CatalogueVersion {
  const { services } = composeSchema.parse(parse(compose));
  const images = Object.entries(services).map(([service, { image }]) => {
    const colon = image.lastIndexOf(":");
    return [service, { image: image.slice(0, colon), tag: image.slice(colon + 1) }] as const;
  });
  return { [version]: Object.fromEntries(images) };
}
