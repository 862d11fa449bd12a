// The README's flow by the AWS SDK for JavaScript v3, which finds everything in the environment that the README sets.
// Ends with status 0 when every step went as it should; otherwise the failed assertion is told on stderr.

import assert from "node:assert/strict";
import {
  CreateAccessKeyCommand, CreateRoleCommand, CreateUserCommand, DeleteAccessKeyCommand, IAMClient,
  ListAccessKeysCommand, UpdateAccessKeyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";

const steps = [];

function clientsOf(key) {
  const credentials = key && {
    accessKeyId: key.AccessKeyId, secretAccessKey: key.SecretAccessKey, sessionToken: key.SessionToken,
  };
  const options = { ...(credentials ? { credentials } : {}), maxAttempts: 1 };
  return { iam: new IAMClient(options), sts: new STSClient(options) };
}

async function identity({ sts }) {
  return sts.send(new GetCallerIdentityCommand({}));
}

async function refused(name, promise) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.Code ?? error.name, name);
    assert.ok(error.$metadata.requestId, "a refusal carries its request id");
    return true;
  });
}

async function step(name, work) {
  const result = await work();
  steps.push(name);
  return result;
}

const administrator = clientsOf();
const UserName = "ann";

const { Account } = await step("administrator", () => identity(administrator));

const { User } = await step("create user", () => administrator.iam.send(new CreateUserCommand({ UserName })));
assert.equal(User.Arn, `arn:aws:iam::${Account}:user/ann`);
assert.ok(User.CreateDate instanceof Date);

const createKey = () => administrator.iam.send(new CreateAccessKeyCommand({ UserName }));
const { AccessKey } = await step("create access key", createKey);
const ann = clientsOf(AccessKey);
await step("use it", async () => assert.equal((await identity(ann)).Arn, User.Arn));

await step("third key refused", async () => {
  await createKey();
  await refused("LimitExceeded", createKey());
});

await step("session token", async () => {
  const lent = await ann.sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  assert.equal((await identity(clientsOf(lent.Credentials))).Arn, User.Arn);
});

await step("assume role", async () => {
  const Statement = [{ Effect: "Allow", Principal: { AWS: User.Arn }, Action: "sts:AssumeRole" }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  const { Role } = await administrator.iam.send(new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument }));
  const taken = await ann.sts.send(new AssumeRoleCommand({ RoleArn: Role.Arn, RoleSessionName: "RoleSession1" }));
  const assumed = `arn:aws:sts::${Account}:assumed-role/reader/RoleSession1`;
  assert.equal(taken.AssumedRoleUser.Arn, assumed);
  assert.equal((await identity(clientsOf(taken.Credentials))).Arn, assumed);
});

const named = { UserName, AccessKeyId: AccessKey.AccessKeyId };
await step("deactivated key refused", async () => {
  await administrator.iam.send(new UpdateAccessKeyCommand({ ...named, Status: "Inactive" }));
  await refused("InvalidClientTokenId", identity(ann));
});

await step("deleted key refused", async () => {
  await administrator.iam.send(new DeleteAccessKeyCommand(named));
  await refused("InvalidClientTokenId", identity(ann));
  const { AccessKeyMetadata } = await administrator.iam.send(new ListAccessKeysCommand({ UserName }));
  assert.equal(AccessKeyMetadata.length, 1);
});

console.log(JSON.stringify(steps));
