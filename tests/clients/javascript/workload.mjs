// A workload by the AWS SDK for JavaScript v3, with nothing but what its environment says. For each line on standard input
// it asks anew who it is, by the SDK's own chain of providers, and prints the answer or the name of the error.

import { createInterface } from "node:readline";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

for await (const _ of createInterface({ input: process.stdin })) {
  try {
    const { Arn } = await new STSClient({ maxAttempts: 1 }).send(new GetCallerIdentityCommand({}));
    console.log(JSON.stringify({ arn: Arn }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.name }));
  }
}
