import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import { runCommand } from './weir.js';

const file = (world) => path.join(world.directory, 'given.toml');

Given('the configuration file', function (text) {
  writeFileSync(file(this), text);
});
Given('the configuration file has no [[el.primary]] any more', function () {
  writeFileSync(this.weir.file, '[[el.primari]]\nname = "x"\n');
});
Given('the configuration gets the further node {string}', function (name) {
  this.el.primary.push({ name, http_url: this.node(name).elUrl });
  this.weir.write(this.wholeConfig());
});
When('I run weir {string}', function (args) {
  return runCommand(this, [...args.split(' '), '--config', file(this)]);
});
When('I run weir {string} with {word} = {string}', function (args, name, value) {
  return runCommand(this, [...args.split(' '), '--config', file(this)], { [name]: value });
});
When('I run weir {string} alone', function (args) {
  return runCommand(this, args.split(' '));
});
When('I run weir "status" against it', function () {
  return runCommand(this, ['status', '--url', this.weir.url]);
});
When('I run weir "probe" with its configuration', function () {
  return runCommand(this, ['probe', '--config', this.weir.file]);
});
When('a second weir is started on the same port', function () {
  return runCommand(this, ['--config', this.weir.file]);
});
Then('the exit code is {int}', function (code) {
  assert.equal(this.exitCode, code, this.output);
});
Then('it says {string}', function (text) {
  const at = file(this);
  assert.ok(this.output.replaceAll(at, 'FILE').includes(text), this.output);
});
Then('it does not say {string}', function (text) {
  assert.ok(!this.output.includes(text), this.output);
});
